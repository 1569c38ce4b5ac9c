package dev.parley.daemon;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Where {@code parleyd restore} gets a passphrase from. */
final class Passphrases {
  static final int MAX_BYTES = 1_024;

  private Passphrases() {}

  /** The first line of a file, "-" being standard input. */
  static char[] ofFile(String file) throws IOException {
    byte[] bytes;
    if (file.equals("-")) {
      bytes = System.in.readNBytes(MAX_BYTES + 2);
    } else {
      try (InputStream in = Files.newInputStream(Path.of(file))) {
        bytes = in.readNBytes(MAX_BYTES + 2);
      }
    }
    int end = 0;
    while (end < bytes.length && bytes[end] != '\n' && bytes[end] != '\r') {
      end++;
    }
    CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes, 0, end));
    Arrays.fill(bytes, (byte) 0);
    char[] passphrase = new char[text.remaining()];
    text.get(passphrase);
    if (passphrase.length == 0 || end > MAX_BYTES) {
      throw new IOException(
          "the first line of "
              + (file.equals("-") ? "standard input" : file)
              + " has no passphrase of 1 to "
              + MAX_BYTES
              + " bytes");
    }
    return passphrase;
  }

  /** What a person types; empty when there is nobody. */
  static char[] typed(String prompt) {
    Console console = System.console();
    char[] typed = console == null ? null : console.readPassword("%s", prompt);
    return typed == null ? new char[0] : typed;
  }
}
