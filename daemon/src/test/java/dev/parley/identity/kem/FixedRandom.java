package dev.parley.identity.kem;

import java.security.SecureRandom;

/** Gives out these bytes, one after the other, and no more: for test vectors. */
public final class FixedRandom extends SecureRandom {
  private static final long serialVersionUID = 1L;

  private final byte[] bytes;
  private int at;

  public FixedRandom(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  @Override
  public void nextBytes(byte[] out) {
    System.arraycopy(bytes, at, out, 0, out.length);
    at += out.length;
  }
}
