package dev.parley.files.landing;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import dev.parley.files.names.SafeName;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where one transfer is put together: a directory of its own, for this user alone, on the disk of
 * the directory that everything is moved to in the end. What has come so far is found again after a
 * crash. One thread at a time, but for {@link #sync}.
 *
 * <pre>
 * DIRECTORY/.parley-incoming/ID/part      the file that is arriving
 *                               hashes    of its chunks
 *                               entries   which are complete
 *                               tree/     those
 * </pre>
 */
public final class Landing implements AutoCloseable {
  /** Files and directories that a transfer has at its top; its user has named each of them. */
  public static final int MAX_TOPS = 10_000;

  private static final String TREE = "tree";

  private final Path directory;
  private final String id;
  private final UnaryOperator<SeekableByteChannel> disk;
  private final Folder own;
  private final Folder tree;
  private final Names names = new Names();
  private final EntryLog log;
  private final List<String> tops = new ArrayList<>();
  private int entries;
  private long bytes;
  private volatile @Nullable PartFile part;

  private Landing(
      Path directory, String id, UnaryOperator<SeekableByteChannel> disk, Folder own, Folder tree)
      throws IOException, HostileEntryException {
    this.directory = directory;
    this.id = id;
    this.disk = disk;
    this.own = own;
    this.tree = tree;
    Leftovers leftovers = new Leftovers(tree);
    this.log =
        EntryLog.open(
            own,
            (path, isDirectory, size) -> {
              leftovers.keep(admit(path, isDirectory, size));
            });
    leftovers.remove();
    this.part = PartFile.resume(own, entries, disk);
  }

  /**
   * One entry as the peer tells it, within bounds.
   *
   * @param path at least one name
   */
  public record Entry(
      ImmutableList<String> path,
      boolean directory,
      long size,
      Instant modified,
      boolean executable) {}

  /**
   * Makes the place, or finds again what is there. Reads what has arrived of the last file.
   *
   * @param directory absolute; made when it is not there
   * @param id names the place; harmless as a file's name
   * @param disk what files are written through; the identity but in tests
   */
  public static Landing open(Path directory, String id, UnaryOperator<SeekableByteChannel> disk)
      throws IOException, HostileEntryException {
    Files.createDirectories(directory);
    FileAttribute<?>[] mine = forOwner(directory);
    try (Folder target = Folder.open(directory);
        Folder all = target.make(SafeName.PRIVATE, mine)) {
      Folder own = all.make(id, mine);
      try {
        return new Landing(directory, id, disk, own, own.make(TREE));
      } catch (IOException | HostileEntryException e) {
        own.close();
        throw e;
      }
    }
  }

  /** Removes what an earlier run may have left of a transfer. */
  public static void discard(Path directory, String id) throws IOException {
    if (!Files.isDirectory(directory.resolve(SafeName.PRIVATE))) {
      return;
    }
    try (Folder target = Folder.open(directory)) {
      try (Folder all = target.enter(SafeName.PRIVATE)) {
        all.deleteAll(id);
      }
      try {
        target.deleteDirectory(SafeName.PRIVATE);
      } catch (java.nio.file.DirectoryNotEmptyException e) {
        // Other transfers are there.
        return;
      }
    }
  }

  /** Complete entries. */
  public int entries() {
    return entries;
  }

  /** What there is, of complete entries and the next one. */
  public long bytes() {
    return bytes + offset();
  }

  /** How much there is of the file that comes next. */
  public long offset() {
    PartFile open = part;
    return open == null ? 0 : open.offset();
  }

  public ByteString chain() {
    return part().chain();
  }

  /** The file that comes is sent from its beginning. */
  public void beginAnew() throws IOException {
    close(part);
    part = PartFile.begin(own, entries, disk);
  }

  /** Whether the hash is that of the chunk. */
  public boolean matches(ByteString sha256, ByteString data) {
    return part().matches(sha256, data.asReadOnlyByteBuffer());
  }

  /** Appends a chunk that matches. */
  public void append(ByteString sha256, ByteString data) throws IOException {
    part().append(sha256, data.asReadOnlyByteBuffer());
  }

  public void appendZeros(long count) throws IOException {
    part().appendZeros(count);
  }

  /** Waits until what has come is on disk. On any thread. */
  public void sync() throws IOException {
    PartFile open = part;
    if (open != null) {
      open.sync();
    }
  }

  /** The file is whole, or the directory is over: puts it where it belongs among the others. */
  public void complete(Entry entry) throws IOException, HostileEntryException {
    ImmutableList<String> place = admit(entry.path(), entry.directory(), entry.size());
    if (!entry.directory()) {
      part().finish();
      dress(own, PartFile.DATA, entry);
      close(part);
      part = null;
    }
    try (Walk walk = new Walk(tree)) {
      Folder parent = walk.to(place.subList(0, place.size() - 1));
      String name = place.get(place.size() - 1);
      if (entry.directory()) {
        parent.make(name).close();
        dress(parent, name, entry);
      } else {
        own.move(PartFile.DATA, parent, name);
      }
    }
    log.append(entry.path(), entry.directory(), entry.size());
    part = PartFile.begin(own, entries, disk);
  }

  /**
   * Moves everything to the directory, each under a name that nothing had. May be repeated after a
   * crash.
   *
   * @return the names
   */
  public ImmutableList<String> deliver() throws IOException {
    log.sync();
    ImmutableList.Builder<String> delivered = ImmutableList.builder();
    try (Folder target = Folder.open(directory)) {
      for (String name : tops) {
        if (tree.attributes(name).isPresent()) {
          delivered.add(Placement.move(tree, name, target));
        }
      }
      target.sync();
    }
    return delivered.build();
  }

  /** Where an entry comes, and that it is among those that are complete. */
  private ImmutableList<String> admit(List<String> path, boolean isDirectory, long size)
      throws HostileEntryException {
    ImmutableList<String> place = names.place(path, isDirectory);
    if (tops.isEmpty() || !tops.get(tops.size() - 1).equals(place.get(0))) {
      tops.add(place.get(0));
    }
    if (tops.size() > MAX_TOPS) {
      throw new HostileEntryException("there are more than " + MAX_TOPS + " names at the top");
    }
    entries++;
    bytes += size;
    return place;
  }

  private static void dress(Folder folder, String name, Entry entry) throws IOException {
    if (entry.executable()) {
      java.util.Optional<PosixFileAttributeView> view = folder.permissions(name);
      if (view.isPresent()) {
        Set<PosixFilePermission> permissions =
            EnumSet.copyOf(view.get().readAttributes().permissions());
        permissions.add(PosixFilePermission.OWNER_EXECUTE);
        if (permissions.contains(PosixFilePermission.GROUP_READ)) {
          permissions.add(PosixFilePermission.GROUP_EXECUTE);
        }
        if (permissions.contains(PosixFilePermission.OTHERS_READ)) {
          permissions.add(PosixFilePermission.OTHERS_EXECUTE);
        }
        view.get().setPermissions(permissions);
      }
    }
    folder.times(name).setTimes(FileTime.from(entry.modified()), null, null);
  }

  private PartFile part() {
    PartFile open = part;
    if (open == null) {
      throw new IllegalStateException("no file is open");
    }
    return open;
  }

  private static FileAttribute<?>[] forOwner(Path directory) {
    return directory.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
        }
        : new FileAttribute<?>[0];
  }

  private static void close(@Nullable PartFile open) throws IOException {
    if (open != null) {
      open.close();
    }
  }

  /** For people: where it is. */
  @Override
  public String toString() {
    return directory.resolve(SafeName.PRIVATE).resolve(id).toString();
  }

  @Override
  public void close() throws IOException {
    close(part);
    log.close();
    tree.close();
    own.close();
  }
}
