package dev.parley.identity.sealedfile;

import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;

/** Encrypts what is written. Only {@link #close} makes the file whole. */
public final class SealedOutput extends OutputStream {
  private final OutputStream out;
  private final ChunkCipher cipher;
  private final byte[] chunk = new byte[ChunkCipher.CHUNK_BYTES];
  private int filled;
  private boolean closed;

  private SealedOutput(OutputStream out, SealedHeader header) throws IOException {
    this.out = out;
    this.cipher = new ChunkCipher(header);
    out.write(header.bytes());
  }

  /** Begins a file; takes a second or two, and 64 MiB for as long. */
  public static SealedOutput begin(OutputStream out, char[] passphrase, SecureRandom random)
      throws IOException {
    return begin(out, passphrase, SealedHeader.Cost.USUAL, random);
  }

  static SealedOutput begin(
      OutputStream out, char[] passphrase, SealedHeader.Cost cost, SecureRandom random)
      throws IOException {
    return new SealedOutput(out, SealedHeader.make(passphrase, cost, random));
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      // A full chunk goes out when there is more: it may be the last.
      if (filled == chunk.length) {
        out.write(cipher.seal(chunk, filled, false));
        filled = 0;
      }
      int part = Math.min(length - done, chunk.length - filled);
      System.arraycopy(bytes, offset + done, chunk, filled, part);
      filled += part;
      done += part;
    }
  }

  /** Writes the last chunk; what is beneath stays open. */
  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      out.write(cipher.seal(chunk, filled, true));
      out.flush();
    }
  }
}
