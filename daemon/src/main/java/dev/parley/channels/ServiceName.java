package dev.parley.channels;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names a service at a peer, as a port does at an address. 1 to 63 lower-case letters, digits, '-',
 * '_' or '.', the first a letter or a digit.
 */
public record ServiceName(String name) {
  private static final Pattern VALID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

  /**
   * @throws IllegalArgumentException with a sentence for the user
   */
  public ServiceName {
    if (!VALID.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' is no service name: 1 to 63 lower-case letters, digits, '-', '_' or '.', the"
              + " first a letter or a digit");
    }
  }

  /** Of text that another has written; empty when it is no name. */
  static Optional<ServiceName> parse(String text) {
    return VALID.matcher(text).matches() ? Optional.of(new ServiceName(text)) : Optional.empty();
  }

  @Override
  public String toString() {
    return name;
  }
}
