package dev.parley.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The unpacked distribution that the build has just made. */
public final class Distribution {
  private static final Duration ARCHIVES_WITHIN = Duration.ofMinutes(5);

  private static boolean warm;

  private final Path root;

  private Distribution(Path root) {
    this.root = root;
  }

  /** The build's own, with its class-data archives made. */
  public static Distribution built() {
    Distribution distribution = at(Path.of(property("parley.dist")));
    distribution.warmUp();
    return distribution;
  }

  /** One that lies elsewhere. */
  public static Distribution at(Path root) {
    assertThat(root.resolve("bin").resolve("parley"))
        .as("the distribution; `mvn package` makes it")
        .isExecutable();
    return new Distribution(root);
  }

  private static String property(String name) {
    String value = System.getProperty(name, "");
    assertThat(value).as("-D%s, which `mvn verify` sets", name).isNotEmpty();
    return value;
  }

  public static String version() {
    return property("parley.version");
  }

  public static Path root() {
    return Path.of(property("parley.root"));
  }

  public static Path logs() {
    return root().resolve("integration-tests").resolve("target").resolve("it-logs");
  }

  private static Path cache() {
    return root().resolve("integration-tests").resolve("target").resolve("it-cache");
  }

  public Path parley() {
    return root.resolve("bin").resolve("parley");
  }

  public Path parleyd() {
    return root.resolve("bin").resolve("parleyd");
  }

  public Path lib() {
    return root.resolve("lib");
  }

  /** What every process of a test has in its environment, beside its home. */
  public static Map<String, String> environment() {
    return Map.of(
        "XDG_CACHE_HOME", cache().toString(), "JAVA_HOME", System.getProperty("java.home", ""));
  }

  /**
   * The first start of each program makes its archive in the background. Waiting for that once
   * keeps it from running beside the tests, and from being left behind by them.
   */
  private void warmUp() {
    synchronized (Distribution.class) {
      if (warm) {
        return;
      }
      warm = true;
      once(parley(), "--version");
      once(parleyd(), "--help");
      Awaitility.await("class-data archives in " + cache())
          .atMost(ARCHIVES_WITHIN)
          .until(() -> count(".jsa") >= 2 && count(".lock") == 0);
    }
  }

  private static void once(Path program, String argument) {
    ProcessBuilder builder =
        new ProcessBuilder(program.toString(), argument)
            .redirectErrorStream(true)
            .redirectOutput(new File("/dev/null"));
    builder.environment().putAll(environment());
    try {
      Process process = builder.start();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ended", program).isTrue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + program + " ran", e);
    }
  }

  private static long count(String suffix) throws IOException {
    Path archives = cache().resolve("parley");
    if (!Files.isDirectory(archives)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(archives)) {
      return files.filter(file -> file.toString().endsWith(suffix)).count();
    }
  }
}
