package dev.parley.backup;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the entries of a backup, in their order. */
final class BackupWriter {
  private final DataOutputStream out;

  BackupWriter(OutputStream out) {
    this.out = new DataOutputStream(out);
  }

  void add(BackupEntry entry, byte[] content) throws IOException {
    begin(entry, content.length);
    out.write(content);
  }

  /** Of a file that does not change meanwhile. */
  void add(BackupEntry entry, Path file) throws IOException {
    long length = Files.size(file);
    begin(entry, length);
    long copied = Files.copy(file, out);
    if (copied != length) {
      throw new IOException(file + " has changed while it was copied");
    }
  }

  void end() throws IOException {
    begin(BackupEntry.END, 0);
    out.flush();
  }

  private void begin(BackupEntry entry, long length) throws IOException {
    out.writeByte(entry.tag());
    out.writeLong(length);
  }
}
