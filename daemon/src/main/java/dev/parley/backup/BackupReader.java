package dev.parley.backup;

import dev.parley.identity.sealedfile.SealedFileException;
import dev.parley.identity.sealedfile.SealedFileException.Reason;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Takes a decrypted backup apart, in constant memory. Any bytes lead to entries in their order or
 * to an {@link IOException}; a length is believed only as far as bytes come.
 */
final class BackupReader {
  private static final int BUFFER_BYTES = 65_536;

  private BackupReader() {}

  /** Takes entries. */
  interface Sink {
    /** Where the bytes of this entry go; closed when all have come. */
    OutputStream open(BackupEntry entry) throws IOException;
  }

  static void read(InputStream plain, Sink sink) throws IOException {
    DataInputStream in = new DataInputStream(plain);
    int expected = 0;
    while (true) {
      BackupEntry entry = next(in, expected);
      expected = entry.ordinal() + 1;
      long length = length(in, entry);
      if (entry == BackupEntry.END) {
        break;
      }
      try (OutputStream out = sink.open(entry)) {
        copy(in, out, length);
      }
    }
    if (in.read() >= 0) {
      throw malformed("has something behind its end");
    }
  }

  private static BackupEntry next(DataInputStream in, int expected) throws IOException {
    Optional<BackupEntry> entry = BackupEntry.of(in.read());
    if (entry.isEmpty() || entry.get().ordinal() < expected) {
      throw malformed("has an entry where none of its kind belongs");
    }
    for (int left = expected; left < entry.get().ordinal(); left++) {
      if (!BackupEntry.values()[left].isOptional()) {
        throw malformed(
            "lacks its " + BackupEntry.values()[left].name().toLowerCase(java.util.Locale.ROOT));
      }
    }
    return entry.get();
  }

  private static long length(DataInputStream in, BackupEntry entry) throws IOException {
    try {
      long length = in.readLong();
      if (length < 0 || length > entry.maxBytes()) {
        throw malformed("has an entry of a length that cannot be");
      }
      return length;
    } catch (EOFException e) {
      throw malformed("ends within an entry");
    }
  }

  private static void copy(InputStream in, OutputStream out, long length) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long left = length;
    while (left > 0) {
      int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (read < 0) {
        throw malformed("ends within an entry");
      }
      out.write(buffer, 0, read);
      left -= read;
    }
  }

  private static SealedFileException malformed(String what) {
    return new SealedFileException(Reason.DAMAGED, what);
  }
}
