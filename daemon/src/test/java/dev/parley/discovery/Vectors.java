package dev.parley.discovery;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Properties;

/** A file of test vectors: lines of {@code NAME = value}. */
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

  public String text(String key) {
    return Objects.requireNonNull(values.getProperty(key), key);
  }

  public byte[] bytes(String key) {
    return HexFormat.of().parseHex(text(key));
  }
}
