package dev.parley.config;

/** The configuration cannot be used. The message names the file, the key, the value and why. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String hint;

  ConfigException(String message, String hint) {
    super(message);
    this.hint = hint;
  }

  /** What to do next. */
  public String hint() {
    return hint;
  }
}
