package dev.parley.it.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A relay that is not there, is not a relay, or is not the one: the status says so. */
@ExtendWith(StageExtension.class)
class RelayTroubleIT {

  @Test
  void aRelayThatIsNotThereIsShownAsUnreachable(Stage stage) throws IOException {
    RelayProcess relay = stage.relay();
    String url = relay.url();
    relay.kill();
    Daemon alice = stage.home("alice").start("--relay", url);
    requireProblem(alice, url, "unreachable");
  }

  @Test
  void aRelayWithAnotherKeyIsShownAsSuch(Stage stage) {
    RelayProcess relay = stage.relay();
    RelayProcess other = RelayProcess.start(stage.home("other"), "127.0.0.1:0");
    String url = relay.address() + "#" + other.id();
    Daemon alice = stage.home("alice").start("--relay", url);
    requireProblem(alice, url, relay.id());
  }

  @Test
  void aServerThatIsNoRelayIsShownAsSuch(Stage stage) throws IOException {
    RelayProcess relay = stage.relay();
    try (ServerSocket stranger = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread rude =
          new Thread(
              () -> {
                while (!stranger.isClosed()) {
                  try (var connection = stranger.accept()) {
                    connection.getOutputStream().write("220 mail at your service\r\n".getBytes());
                  } catch (IOException e) {
                    return;
                  }
                }
              });
      rude.start();
      String url = "127.0.0.1:" + stranger.getLocalPort() + "#" + relay.id();
      Daemon alice = stage.home("alice").start("--relay", url);
      requireProblem(alice, url, "");
    }
  }

  private static void requireProblem(Daemon daemon, String url, String words) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(daemon.control().status().getRelaysList())
                    .singleElement()
                    .satisfies(relay -> assertThat(relay.getProblem()).isNotEmpty()));
    JsonObject relay =
        daemon
            .home()
            .parley("status", "--json")
            .succeeds()
            .json()
            .getAsJsonArray("relays")
            .get(0)
            .getAsJsonObject();
    assertThat(relay.get("url").getAsString()).isEqualTo(url);
    assertThat(relay.get("state").getAsString()).isNotEqualTo("connected");
    assertThat(relay.get("problem").getAsString()).contains(words);
  }
}
