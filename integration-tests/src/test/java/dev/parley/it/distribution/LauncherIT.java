package dev.parley.it.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.it.process.Distribution;
import dev.parley.it.process.Result;
import dev.parley.it.process.Running;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** bin/parley and bin/parleyd where users put them. */
@ExtendWith(StageExtension.class)
class LauncherIT {

  @Test
  void bothProgramsTellTheirVersion(Stage stage) {
    for (Result result :
        List.of(
            stage.home("alice").parley("--version").succeeds(),
            stage.home("alice").refused("--version").succeeds())) {
      assertThat(result.out()).contains(Distribution.version());
    }
  }

  @Test
  void theHelpOfEachProgramNamesItsCommands(Stage stage) {
    assertThat(stage.home("alice").parley("--help").succeeds().out())
        .contains("up", "down", "id", "contact", "send", "recv", "ping", "status", "demo");
    assertThat(stage.home("alice").refused("--help").succeeds().out())
        .contains("--relay", "--listen", "--stun", "relay");
  }

  @Test
  void aPathWithASpaceAndASymbolicLinkAreNoObstacle(Stage stage) throws Exception {
    Path moved = stage.directory().resolve("a place of my own");
    copy(stage.distribution(), moved);
    Path link =
        Files.createSymbolicLink(stage.directory().resolve("prl"), moved.resolve("bin/parley"));
    assertThat(run(stage, moved.resolve("bin").resolve("parley"), "--version"))
        .contains(Distribution.version());
    assertThat(run(stage, link, "--version")).contains(Distribution.version());
    assertThat(run(stage, moved.resolve("bin").resolve("parleyd"), "--version"))
        .contains(Distribution.version());
  }

  @Test
  void manyFirstStartsAtOnceMakeOneArchiveForAll(Stage stage) {
    Path cache = stage.directory().resolve("fresh");
    List<Running> all =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    stage
                        .home("alice")
                        .with("XDG_CACHE_HOME", cache.toString())
                        .launchParley("--version"))
            .toList();
    assertThat(all)
        .allSatisfy(
            running -> {
              assertThat(running.awaitEnd()).isZero();
              assertThat(running.out()).contains(Distribution.version());
              assertThat(running.err()).isEmpty();
            });
    Awaitility.await("one class-data archive")
        .atMost(Duration.ofMinutes(5))
        .untilAsserted(
            () ->
                assertThat(cache.resolve("parley"))
                    .isDirectoryContaining("glob:**.jsa")
                    .isDirectoryNotContaining("glob:**.lock"));
    assertThat(cache.resolve("parley").toFile().list()).hasSize(1);
  }

  @Test
  void theCompletionScriptIsOneThatBashTakes(Stage stage) throws Exception {
    Result completion = stage.home("alice").parley("completion", "bash").succeeds();
    Path script = Files.writeString(stage.directory().resolve("completion"), completion.out());
    assertThat(
            run(stage, Path.of("/bin/bash"), "-c", "source " + script + " && complete -p parley"))
        .contains("parley");
  }

  private static String run(Stage stage, Path program, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(Distribution.environment());
    builder.environment().put("PARLEY_NO_CDS", "1");
    Process process = builder.start();
    stage.closeLater(process::destroyForcibly);
    String out = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(out).isZero();
    return out;
  }

  private static void copy(Distribution distribution, Path to) throws IOException {
    Files.createDirectories(to);
    Files.createSymbolicLink(to.resolve("lib"), distribution.lib());
    Files.createDirectory(to.resolve("bin"));
    try (Stream<Path> files = Files.list(distribution.parley().resolveSibling("."))) {
      for (Path file : files.toList()) {
        Files.copy(
            file,
            to.resolve("bin").resolve(file.getFileName()),
            StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }
}
