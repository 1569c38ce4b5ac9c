package dev.parley.cli.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Text of strangers, made harmless for a terminal. */
public final class Plain {
  private Plain() {}

  /**
   * Line breaks and tabs stay; every other control character is shown as its escape, and so are the
   * marks that reorder text: a message must not move the cursor, set the title or disguise itself.
   */
  public static String text(String hostile) {
    StringBuilder safe = new StringBuilder(hostile.length());
    hostile
        .codePoints()
        .forEach(
            c -> {
              if (c == '\n' || c == '\t' || !isDangerous(c)) {
                safe.appendCodePoint(c);
              } else {
                safe.append(String.format("\\u%04x", c));
              }
            });
    return safe.toString();
  }

  /** The same on one line. */
  public static String line(String hostile) {
    return text(hostile).replace("\n", "\\n").replace("\t", " ");
  }

  private static boolean isDangerous(int c) {
    boolean reorders =
        (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f;
    return Character.isISOControl(c) || reorders || c == 0x2028 || c == 0x2029;
  }

  /** The text in these bytes, or empty when they are not UTF-8. */
  public static Optional<String> utf8(ByteBuffer bytes) {
    try {
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
