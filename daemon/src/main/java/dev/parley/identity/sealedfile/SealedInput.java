package dev.parley.identity.sealedfile;

import dev.parley.identity.sealedfile.SealedFileException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;

/**
 * Decrypts a file. Every byte that it gives is authenticated, and its end is the end that was
 * written: what is truncated, changed or reordered fails with {@link SealedFileException}.
 */
public final class SealedInput extends InputStream {
  private static final int SEALED_BYTES = ChunkCipher.CHUNK_BYTES + ChunkCipher.TAG_BYTES;

  private final PushbackInputStream in;
  private final ChunkCipher cipher;
  private byte[] chunk = new byte[0];
  private int taken;
  private boolean last;

  private SealedInput(PushbackInputStream in, SealedHeader header) {
    this.in = in;
    this.cipher = new ChunkCipher(header);
  }

  /**
   * Reads the header and makes the key, which takes a second or two.
   *
   * @throws SealedFileException when it is no such file, or the passphrase is another
   */
  public static SealedInput open(InputStream in, char[] passphrase) throws IOException {
    PushbackInputStream ahead = new PushbackInputStream(in, 1);
    return new SealedInput(ahead, SealedHeader.read(ahead, passphrase));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (taken == chunk.length) {
      if (last) {
        return -1;
      }
      next();
    }
    int part = Math.min(length, chunk.length - taken);
    System.arraycopy(chunk, taken, into, offset, part);
    taken += part;
    return part;
  }

  private void next() throws IOException {
    byte[] sealed = in.readNBytes(SEALED_BYTES);
    int after = sealed.length < SEALED_BYTES ? -1 : in.read();
    last = after < 0;
    if (!last) {
      in.unread(after);
    }
    byte[] opened =
        sealed.length < ChunkCipher.TAG_BYTES ? null : cipher.open(sealed, sealed.length, last);
    if (opened == null) {
      throw new SealedFileException(Reason.DAMAGED, "is damaged or truncated");
    }
    chunk = opened;
    taken = 0;
  }
}
