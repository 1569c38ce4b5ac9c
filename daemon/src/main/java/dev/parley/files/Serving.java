package dev.parley.files;

import com.google.protobuf.ByteString;
import dev.parley.files.content.ContentHash;
import dev.parley.files.content.Manifest;
import dev.parley.files.content.SourceEntry;
import dev.parley.files.content.SourceException;
import dev.parley.files.content.SourceFile;
import dev.parley.link.LinkPath;
import dev.parley.peer.v1.FileAnswer;
import dev.parley.peer.v1.FileEnd;
import dev.parley.peer.v1.FileEntry;
import dev.parley.peer.v1.FileFetch;
import dev.parley.peer.v1.FileFrame;
import dev.parley.peer.v1.FileHole;
import dev.parley.peer.v1.TransferEnd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sends what a peer has fetched, from where it asks on. Reads from the disk only while the stream
 * takes it. Owned by the files' thread.
 */
final class Serving implements FileStream.Target, Item.Activity {
  /** Sent in one turn; then other transfers have theirs. */
  private static final int TURN_BYTES = 1 << 20;

  private final Core core;
  private final Item item;
  private final FileStream stream;
  private final Checkpoints checkpoints;
  private final Owner owner;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(ContentHash.CHUNK_BYTES);
  private Manifest.@Nullable Reader manifest;
  private @Nullable SourceFile file;
  private int entries;
  private long before;
  private boolean turnComes;
  private boolean over;

  /** Hears how it ends. */
  interface Owner {
    /** The stream is over, for whatever reason. */
    void onServed(Item item, Serving serving);

    /** It cannot go on. */
    void onSourceFailed(Item item, Serving serving, String why);
  }

  Serving(Core core, Item item, FileStream stream, Checkpoints checkpoints, Owner owner) {
    this.core = core;
    this.item = item;
    this.stream = stream;
    this.checkpoints = checkpoints;
    this.owner = owner;
  }

  /** What is found on the disk for a fetch. */
  private record Place(
      Manifest.Reader manifest, Optional<SourceFile> file, long before, long offset) {}

  void start(FileFetch fetch) {
    stream.handTo(this);
    entries = fetch.getEntry();
    core.thread().onDisk(() -> seek(fetch), this::begin, this::fail);
  }

  /** On a disk thread: nothing else looks at the parts of this meanwhile. */
  private Place seek(FileFetch fetch) throws IOException, SourceException {
    Manifest.Reader reader = Manifest.read(core.manifest(item.stored.id()), 0);
    long bytes = 0;
    for (int i = 0; i < fetch.getEntry(); i++) {
      Optional<SourceEntry> passed = reader.next();
      if (passed.isEmpty()) {
        reader.close();
        throw new IOException("the peer asks for what is not there");
      }
      bytes += passed.get().size();
    }
    Optional<SourceEntry> next = reader.next();
    if (next.isEmpty()) {
      return new Place(reader, Optional.empty(), bytes, 0);
    }
    SourceFile open = SourceFile.openAny(next.get(), buffer);
    long offset = fetch.getOffset();
    ContentHash known = checkpoints.upTo(fetch.getEntry(), offset);
    boolean isSame = open.skip(offset, fetch.getChain(), known);
    return new Place(reader, Optional.of(open), bytes, isSame ? offset : 0);
  }

  private void begin(Place place) {
    manifest = place.manifest();
    before = place.before();
    file = place.file().orElse(null);
    if (over) {
      close();
      return;
    }
    stream.write(answer(FileAnswer.Status.OK));
    if (file != null) {
      stream.write(frame(file.entry(), place.offset()));
    }
    progress(0);
    pump();
  }

  @Override
  public void onWritable() {
    pump();
  }

  private void pump() {
    turnComes = false;
    Manifest.Reader reading = manifest;
    if (over || reading == null) {
      return;
    }
    try {
      int sent = 0;
      while (sent < TURN_BYTES && stream.isWritable() && !over) {
        int more = step(reading);
        if (more < 0) {
          return;
        }
        sent += more;
      }
      if (!turnComes && stream.isWritable()) {
        turnComes = true;
        core.thread().post(this::pump);
      }
    } catch (SourceException | IOException e) {
      fail(e);
    }
  }

  /**
   * @return what it has cost, in bytes; or -1 when all is sent
   */
  private int step(Manifest.Reader reading) throws SourceException, IOException {
    SourceFile open = file;
    if (open == null) {
      Optional<SourceEntry> next = reading.next();
      if (next.isEmpty()) {
        finish();
        return -1;
      }
      open = SourceFile.openAny(next.get(), buffer);
      file = open;
      stream.write(frame(open.entry(), 0));
      return 64;
    }
    if (open.entry().directory()) {
      next(open);
      return 64;
    }
    SourceFile.Part part = open.next();
    if (part instanceof SourceFile.Part.Chunk chunk) {
      int length = chunk.data().remaining();
      stream.write(chunk.sha256(), chunk.data());
      progress(length);
      checkpoints.note(entries, open.hash());
      return length;
    }
    if (part instanceof SourceFile.Part.Hole hole) {
      stream.write(
          FileFrame.newBuilder().setHole(FileHole.newBuilder().setBytes(hole.bytes())).build());
      progress(0);
      checkpoints.note(entries, open.hash());
      return TURN_BYTES;
    }
    ByteString chain = ((SourceFile.Part.End) part).chain();
    stream.write(FileFrame.newBuilder().setEnd(FileEnd.newBuilder().setChain(chain)).build());
    next(open);
    return 64;
  }

  private void next(SourceFile open) throws IOException {
    before += open.entry().size();
    open.close();
    file = null;
    entries++;
    progress(0);
  }

  private void finish() {
    stream.write(
        FileFrame.newBuilder()
            .setTransferEnd(TransferEnd.newBuilder().setEntries(entries))
            .build());
    stream.end();
    over = true;
    core.ledger().publish(item);
  }

  private void progress(int sent) {
    SourceFile open = file;
    long bytes = before + (open == null ? 0 : open.hash().bytes());
    core.ledger()
        .progress(item, new StoredTransfer.Done(bytes, entries, item.done.wireBytes() + sent));
  }

  static FileFrame answer(FileAnswer.Status status) {
    return FileFrame.newBuilder().setAnswer(FileAnswer.newBuilder().setStatus(status)).build();
  }

  private static FileFrame frame(SourceEntry entry, long offset) {
    return FileFrame.newBuilder()
        .setEntry(
            FileEntry.newBuilder()
                .addAllPath(entry.path())
                .setKind(entry.directory() ? FileEntry.Kind.DIRECTORY : FileEntry.Kind.FILE)
                .setSize(entry.size())
                .setModifiedSeconds(entry.modified().getEpochSecond())
                .setModifiedNanos(entry.modified().getNano())
                .setExecutable(entry.executable())
                .setOffset(offset))
        .build();
  }

  private void fail(Exception e) {
    if (!over) {
      stop(FileStream.RESET_FAILED);
      owner.onSourceFailed(
          item,
          this,
          e instanceof SourceException source
              ? String.valueOf(source.getMessage())
              : "what is to be sent cannot be read: " + e.getMessage());
    }
  }

  @Override
  public void onFrame(FileFrame frame) {
    stream.reset(FileStream.RESET_MALFORMED);
    onOver("the peer says what it may not");
  }

  @Override
  public void onOver(String why) {
    over = true;
    close();
    owner.onServed(item, this);
  }

  @Override
  public void stop(int reason) {
    over = true;
    stream.reset(reason);
    close();
  }

  private void close() {
    try {
      if (file != null) {
        file.close();
        file = null;
      }
      if (manifest != null) {
        manifest.close();
        manifest = null;
      }
    } catch (IOException e) {
      org.slf4j.LoggerFactory.getLogger(Serving.class).debug("closing a source failed", e);
    }
  }

  @Override
  public LinkPath path() {
    return stream.path();
  }
}
