package dev.parley.it.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.it.nat.NatKind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The laboratory leaves nothing behind. */
@RequiresLab
class LabIT {

  @Test
  void whatAKilledRunHasLeftIsRemoved() throws Exception {
    Process run = new ProcessBuilder("true").start();
    assertThat(run.waitFor()).isZero();
    String left = "plab-" + run.pid() + "-0left";
    Commands.run(List.of("ip", "netns", "add", left));
    Process forgotten = new ProcessBuilder("ip", "netns", "exec", left, "sleep", "1000").start();

    Lab.open().close();
    assertThat(namespaces()).doesNotContain(left);
    assertThat(forgotten.onExit().get().exitValue()).as("killed").isNotZero();
  }

  @Test
  void nothingIsLeftWhenATestFails() {
    String mark = "plab-" + ProcessHandle.current().pid() + "-";
    try (Lab lab = Lab.open()) {
      Internet internet = Internet.withRoundTrip(lab, Duration.ofMillis(2));
      Site.build(internet, NatKind.DOUBLE_NAT, "a");
      assertThat(namespaces()).contains(mark);
      throw new IllegalStateException("as a failing test does");
    } catch (IllegalStateException expected) {
      assertThat(namespaces()).doesNotContain(mark);
    }
  }

  private static String namespaces() {
    return Commands.run(List.of("ip", "netns", "list"));
  }
}
