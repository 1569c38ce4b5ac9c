package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import java.io.IOException;
import java.io.InputStream;

/** Reads what a "-" stands for. */
final class StandardInput {
  private StandardInput() {}

  /** All of it, or the first {@code maxBytes} and one more: then there is too much. */
  static byte[] read(InputStream in, int maxBytes) throws CommandFailure {
    try {
      return in.readNBytes(maxBytes + 1);
    } catch (IOException e) {
      throw CommandFailure.of("cannot read standard input: " + e.getMessage(), "");
    }
  }
}
