package dev.parley.proto;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Properties;

/** A file of test vectors: lines of {@code GROUP.NAME.FIELD = value}. */
public final class Vectors {
  private final Properties values = new Properties();

  public Vectors(String file) {
    try (Reader in =
        new InputStreamReader(
            Objects.requireNonNull(Vectors.class.getResourceAsStream("/vectors/" + file)),
            StandardCharsets.UTF_8)) {
      values.load(in);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + file, e);
    }
  }

  /** The keys that end so, without the end. */
  public List<String> withField(String field) {
    return values.stringPropertyNames().stream()
        .filter(key -> key.endsWith("." + field))
        .map(key -> key.substring(0, key.length() - field.length() - 1))
        .sorted()
        .toList();
  }

  /** The keys that begin so. */
  public List<String> inGroup(String group) {
    return values.stringPropertyNames().stream()
        .filter(key -> key.startsWith(group + "."))
        .sorted()
        .toList();
  }

  public String text(String key) {
    return Objects.requireNonNull(values.getProperty(key), key);
  }

  public byte[] bytes(String key) {
    return HexFormat.of().parseHex(text(key));
  }
}
