package dev.parley.messaging;

import java.util.regex.Pattern;

/** Names a reader of the inbox, such as an app. 1 to 64 letters, digits, '-', '_' or '.'. */
public record ConsumerName(String name) {
  // First: the constants after it are checked by it.
  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /** What `parley recv` reads as, unless told otherwise. */
  public static final ConsumerName DEFAULT = new ConsumerName("default");

  /**
   * @throws IllegalArgumentException with a sentence for the user
   */
  public ConsumerName {
    if (!VALID.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'" + name + "' is no consumer name: 1 to 64 letters, digits, '-', '_' or '.'");
    }
  }
}
