package dev.parley.daemon;

import dev.parley.config.RelayConfig;
import dev.parley.identity.Identity;
import java.nio.file.Path;
import java.util.Optional;

/** Where {@code parleyd relay} gets its key and configuration from: the disk, or a test. */
public interface RelaySetup {
  /** The identity whose key lies in this directory; a new one on first use. */
  Identity identity(Path keyDirectory) throws SetupException;

  /**
   * The configuration; read again for each reload.
   *
   * @param listen HOST:PORT from the command line, which goes before the file
   * @param stun the same for STUN
   */
  RelayConfig config(Optional<String> listen, Optional<String> stun) throws SetupException;

  /** A key or configuration that cannot be used; the message is a sentence for the user. */
  final class SetupException extends Exception {
    private static final long serialVersionUID = 1L;

    public SetupException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
