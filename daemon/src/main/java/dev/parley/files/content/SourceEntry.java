package dev.parley.files.content;

import com.google.common.collect.ImmutableList;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/**
 * A file or directory as it was when it was offered.
 *
 * @param path its names from the top of the transfer
 * @param key by what the file system knows it, such as its inode; empty when it tells nothing
 */
public record SourceEntry(
    Path source,
    ImmutableList<String> path,
    boolean directory,
    long size,
    Instant modified,
    boolean executable,
    String key) {

  static SourceEntry of(Path source, ImmutableList<String> path, BasicFileAttributes found) {
    return new SourceEntry(
        source,
        path,
        found.isDirectory(),
        found.isDirectory() ? 0 : found.size(),
        found.lastModifiedTime().toInstant(),
        !found.isDirectory() && Files.isExecutable(source),
        key(found));
  }

  /** Whether the file is still what was offered. Directories may have changed. */
  boolean isUnchanged() throws IOException {
    BasicFileAttributes now =
        Files.readAttributes(source, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return now.isRegularFile()
        && now.size() == size
        && now.lastModifiedTime().equals(FileTime.from(modified))
        && key(now).equals(key);
  }

  void write(DataOutputStream out) throws IOException {
    out.writeUTF(source.toString());
    out.writeByte(path.size());
    for (String name : path) {
      out.writeUTF(name);
    }
    out.writeBoolean(directory);
    out.writeLong(size);
    out.writeLong(modified.getEpochSecond());
    out.writeInt(modified.getNano());
    out.writeBoolean(executable);
    out.writeUTF(key);
  }

  static SourceEntry read(DataInputStream in) throws IOException {
    Path source = Path.of(in.readUTF());
    int names = in.readUnsignedByte();
    ImmutableList.Builder<String> path = ImmutableList.builder();
    for (int i = 0; i < names; i++) {
      path.add(in.readUTF());
    }
    return new SourceEntry(
        source,
        path.build(),
        in.readBoolean(),
        in.readLong(),
        Instant.ofEpochSecond(in.readLong(), in.readInt()),
        in.readBoolean(),
        in.readUTF());
  }

  private static String key(BasicFileAttributes found) {
    String key = String.valueOf(found.fileKey());
    // On Unix "(dev=…,ino=…)": the device's number may be another after the next start.
    return key.equals("null") ? "" : key.substring(Math.max(0, key.indexOf("ino=")));
  }
}
