package dev.parley.mailbox;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * Names a prekey among those of its owner. Random, so that it does not tell how many there were.
 */
public record PrekeyId(long value) {
  static PrekeyId next(RandomGenerator random) {
    return new PrekeyId(random.nextLong());
  }

  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(value);
  }
}
