package dev.parley.nat.path;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What authenticates the path probes of one link.
 *
 * <p>Both ends contribute 32 secret bytes, exchanged over the link itself. The key is HMAC-SHA-256
 * over the label {@link #LABEL}, keyed with both secrets, the lower one (as unsigned bytes) first:
 * both ends arrive at the same key whoever dialled. Confined to one thread.
 */
public final class ProbeKeys {
  public static final int SECRET_BYTES = 32;

  /** RFC 2104 §5 allows a tag of half the hash's length. */
  static final int TAG_BYTES = 16;

  static final String LABEL = "parley/path-probe/v1\0";
  private static final String ALGORITHM = "HmacSHA256";

  /** The lower bits of a transaction number the probes of one link; the rest is random. */
  private static final int NUMBER_BITS = 40;

  private static final long NUMBER_MASK = (1L << NUMBER_BITS) - 1;

  private final long localTag;
  private final long remoteTag;
  private final Mac mac;
  private final ReplayWindow seen = new ReplayWindow();
  private long sent;

  private ProbeKeys(long localTag, long remoteTag, Mac mac) {
    this.localTag = localTag;
    this.remoteTag = remoteTag;
    this.mac = mac;
  }

  /**
   * @param localTag by which probes sent to us name the link
   * @param remoteTag by which probes to the peer do
   */
  public static ProbeKeys derive(
      byte[] localSecret, byte[] remoteSecret, long localTag, long remoteTag) {
    if (localSecret.length != SECRET_BYTES || remoteSecret.length != SECRET_BYTES) {
      throw new IllegalArgumentException("a probe secret has 32 bytes");
    }
    boolean localFirst = Arrays.compareUnsigned(localSecret, remoteSecret) <= 0;
    byte[] both = Arrays.copyOf(localFirst ? localSecret : remoteSecret, 2 * SECRET_BYTES);
    System.arraycopy(localFirst ? remoteSecret : localSecret, 0, both, SECRET_BYTES, SECRET_BYTES);
    byte[] key = hmac(both).doFinal(LABEL.getBytes(StandardCharsets.US_ASCII));
    return new ProbeKeys(localTag, remoteTag, hmac(key));
  }

  public long localTag() {
    return localTag;
  }

  /** By which what is sent to the peer names the link. */
  public long remoteTag() {
    return remoteTag;
  }

  /** The transaction of the next probe to send. */
  long nextTransaction(RandomGenerator random) {
    return random.nextLong() << NUMBER_BITS | (sent++ & NUMBER_MASK);
  }

  /** Whether this transaction of a probe that is authentic has not been seen before. */
  boolean isFresh(long transaction) {
    return seen.accept(transaction & NUMBER_MASK);
  }

  /**
   * The authentication code over these bytes. What is no probe must begin with a label of its own,
   * lest the one be taken for the other; a probe begins with {@link Probe#MAGIC}.
   */
  public byte[] authenticate(java.nio.ByteBuffer bytes) {
    mac.update(bytes);
    return Arrays.copyOf(mac.doFinal(), TAG_BYTES);
  }

  private static Mac hmac(byte[] key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has " + ALGORITHM, e);
    }
  }
}
