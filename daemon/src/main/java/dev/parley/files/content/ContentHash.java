package dev.parley.files.content;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The hash of a file: a chain over the SHA-256 of its chunks, each link the SHA-256 of the link
 * before and the next chunk's hash. It says the same as a hash over all of the hashes, and to go on
 * after an interruption takes 32 bytes. Not thread-safe.
 */
public final class ContentHash {
  public static final int CHUNK_BYTES = 256 * 1024;
  public static final int BYTES = 32;

  /** The first link. Listed in docs/protocol.md. */
  private static final byte[] LABEL = "parley file 1".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] ZEROS = new byte[CHUNK_BYTES];
  private static final byte[] HASH_OF_ZEROS = sha256().digest(ZEROS);

  private final MessageDigest digest = sha256();
  private byte[] chain;
  private long bytes;

  public ContentHash() {
    chain = digest.digest(LABEL);
  }

  private ContentHash(ContentHash from) {
    chain = from.chain;
    bytes = from.bytes;
  }

  public ContentHash copy() {
    return new ContentHash(this);
  }

  /** The hash of one chunk, which is not added yet. Consumes the buffer. */
  public byte[] ofChunk(ByteBuffer data) {
    digest.update(data);
    return digest.digest();
  }

  /** Adds a chunk by its hash. */
  public void add(byte[] hash, int length) {
    digest.update(chain);
    chain = digest.digest(hash);
    bytes += length;
  }

  /** Adds so many zeros; whole chunks but for the last. */
  public void addZeros(long count) {
    long left = count;
    for (; left >= CHUNK_BYTES; left -= CHUNK_BYTES) {
      add(HASH_OF_ZEROS, CHUNK_BYTES);
    }
    if (left > 0) {
      digest.update(ZEROS, 0, (int) left);
      add(digest.digest(), (int) left);
    }
  }

  /** How much has been added. */
  public long bytes() {
    return bytes;
  }

  public ByteString chain() {
    return ByteString.copyFrom(chain);
  }

  /** Whether there is nothing but zeros from the position to the limit. */
  public static boolean isZero(ByteBuffer data) {
    return data.remaining() <= CHUNK_BYTES
        && data.mismatch(ByteBuffer.wrap(ZEROS, 0, data.remaining())) < 0;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
