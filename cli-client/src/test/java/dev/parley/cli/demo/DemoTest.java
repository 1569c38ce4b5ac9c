package dev.parley.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.text.Style;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
  @TempDir Path directory;
  private final List<String> lines = new ArrayList<>();
  private final List<String> objects = new ArrayList<>();

  private CommandFailure failingDemo(boolean json) throws Exception {
    Path parleyd = directory.resolve("parleyd");
    Files.writeString(
        parleyd,
        "#!/bin/sh\n"
            + "if [ \"$1\" = relay ]; then\n"
            + "  echo $$ >"
            + directory.resolve("pid")
            + "\n  echo noise\n  echo relay 127.0.0.1:9#key\n  exec tail -f /dev/null\nfi\n"
            + "echo no luck >&2; exit 3\n");
    Files.setPosixFilePermissions(parleyd, PosixFilePermissions.fromString("rwx------"));
    Teller teller =
        new Teller(lines::add, object -> objects.add(object.toString()), json, Style.PLAIN);
    return catchThrowableOfType(CommandFailure.class, () -> Demo.run(parleyd, teller));
  }

  @Test
  void aFailureNamesItsStepKeepsTheLogsAndEndsTheProcesses() throws Exception {
    CommandFailure failure = failingDemo(false);
    assertThat(failure.sentence()).contains("the demo failed: alice ended with status 3: no luck");
    Path logs = Path.of(failure.hint().substring(failure.hint().indexOf(Path.of("/").toString())));
    assertThat(logs.resolve("alice.log")).hasContent("no luck");
    assertThat(String.join("\n", lines))
        .contains("✓ a relay serves at 127.0.0.1:9 ")
        .contains("✗ alice ended with status 3");
    long relay = Long.parseLong(Files.readString(directory.resolve("pid")).trim());
    assertThat(ProcessHandle.of(relay).filter(ProcessHandle::isAlive)).isEmpty();
    Files.delete(logs.resolve("alice.log"));
    Files.delete(logs.resolve("relay.log"));
    Files.delete(logs);
  }

  @Test
  void eachStepIsAnObjectForScripts() throws Exception {
    CommandFailure failure = failingDemo(true);
    assertThat(lines).isEmpty();
    assertThat(objects.get(0))
        .matches(
            "\\{\"step\":\"relay\",\"ok\":true,\"text\":\"a relay serves at 127.0.0.1:9\","
                + "\"elapsedMs\":[0-9.]+}");
    assertThat(objects.get(1)).startsWith("{\"step\":\"alice\",\"ok\":false");
    Path logs = Path.of(failure.hint().substring(failure.hint().indexOf(Path.of("/").toString())));
    Files.delete(logs.resolve("alice.log"));
    Files.delete(logs.resolve("relay.log"));
    Files.delete(logs);
  }
}
