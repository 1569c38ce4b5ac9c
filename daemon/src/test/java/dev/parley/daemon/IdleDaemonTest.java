package dev.parley.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a daemon must not cost while nobody talks to it. */
class IdleDaemonTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path temp;

  @Test
  void aDaemonWithoutLinksLoadsNothingOfIce4j() throws Exception {
    Path classes = temp.resolve("classes.log");
    Path out = temp.resolve("out.log");
    ProcessBuilder daemon =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xlog:class+load:file=" + classes,
                    "-cp",
                    System.getProperty("java.class.path"),
                    Parleyd.class.getName(),
                    "--listen",
                    "127.0.0.1:0"))
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    daemon.environment().put("PARLEY_HOME", temp.resolve("home").toString());
    Process process = daemon.start();
    try {
      await().atMost(LONG).until(() -> Files.readString(out).contains("parleyd ready"));
    } finally {
      process.destroy();
    }
    // It is loaded by need and not by time, so the whole of a life shows it, the end included.
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String loaded = Files.readString(classes);
    assertThat(loaded).contains("dev.parley.nat.ice.IceEngine");
    assertThat(loaded).doesNotContain("org.ice4j", "org.jitsi", "kotlin.");
  }
}
