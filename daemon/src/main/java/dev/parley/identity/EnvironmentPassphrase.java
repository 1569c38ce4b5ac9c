package dev.parley.identity;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The environment first, then a person. An empty variable counts as none. */
final class EnvironmentPassphrase implements PassphraseSource {
  private final String value;
  private final Function<Path, Optional<char[]>> prompt;

  EnvironmentPassphrase(Map<String, String> environment, Function<Path, Optional<char[]>> prompt) {
    this.value = environment.getOrDefault(VARIABLE, "");
    this.prompt = prompt;
  }

  @Override
  public Optional<char[]> forNewKey() {
    return value.isEmpty() ? Optional.empty() : Optional.of(value.toCharArray());
  }

  @Override
  public Optional<char[]> forEncryptedKey(Path keyFile) {
    return value.isEmpty() ? prompt.apply(keyFile) : Optional.of(value.toCharArray());
  }
}
