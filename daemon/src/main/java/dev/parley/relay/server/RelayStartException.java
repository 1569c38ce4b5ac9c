package dev.parley.relay.server;

import org.jspecify.annotations.Nullable;

/** The relay cannot start; the message is a sentence for the user. */
public final class RelayStartException extends Exception {
  private static final long serialVersionUID = 1L;

  public RelayStartException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
