package dev.parley.identity.sealedfile;

import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;

/** Sealed files whose passphrase costs nothing to guess: tests open many. */
public final class CheapSeal {
  static final SealedHeader.Cost COST = new SealedHeader.Cost(8, 1, 1);

  private CheapSeal() {}

  public static SealedOutput begin(OutputStream out, String passphrase) throws IOException {
    return SealedOutput.begin(out, passphrase.toCharArray(), COST, new SecureRandom());
  }
}
