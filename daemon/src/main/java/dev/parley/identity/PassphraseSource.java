package dev.parley.identity;

import java.io.Console;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the passphrase of a key comes from. Whoever takes one wipes the array after use.
 *
 * <p>May block for as long as a person takes to type.
 */
public interface PassphraseSource {
  /** The environment variable that {@link #of} reads. */
  String VARIABLE = "PARLEY_PASSPHRASE";

  /** What a new key is encrypted with; empty leaves it unencrypted. */
  Optional<char[]> forNewKey();

  /** What opens this encrypted key; empty when there is nobody to ask. */
  Optional<char[]> forEncryptedKey(Path keyFile);

  /** {@code PARLEY_PASSPHRASE}, and without it a prompt where there is a console. */
  static PassphraseSource of(Map<String, String> environment) {
    Optional<Console> console = Optional.ofNullable(System.console());
    return new EnvironmentPassphrase(
        environment, keyFile -> console.map(c -> c.readPassword("Passphrase of %s: ", keyFile)));
  }
}
