package dev.parley.it.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.it.process.Home;
import dev.parley.it.process.Result;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A configuration that cannot be meant so ends the start. */
@ExtendWith(StageExtension.class)
class ConfigIT {

  @Test
  void aBadConfigurationIsNamedByFileLineKeyValueAndExpectation(Stage stage) {
    Home home = stage.home("alice");
    requireRefusal(home.config("# mine\nlisten_on = \"[::]:0\"\n"), "listen_on", "line 2");
    requireRefusal(
        home.config("[messages]\nmax_outbox_per_peer = 0\n"),
        "messages.max_outbox_per_peer",
        "= 0",
        "from 1 to 100_000_000",
        "line 2");
    requireRefusal(home.config("listen = \"somewhere\"\n"), "listen", "somewhere", "HOST:PORT");
    requireRefusal(home.config("listen = 41000\n"), "listen", "41000", "HOST:PORT");
    requireRefusal(home.config("relays = [\"127.0.0.1:7000\"]\n"), "relays", "127.0.0.1:7000");
    requireRefusal(home.config("listen = \"[::]:0\nrelays = [\n"), "line");
  }

  @Test
  void theRelayReadsItsPartTheSameWay(Stage stage) {
    Home home = stage.home("relay").config("[relay.limits]\nmax_clients = -5\n");
    Result refused = home.refused("relay", "--listen", "127.0.0.1:0").exits(1);
    assertThat(refused.err())
        .contains("config.toml", "relay.limits.max_clients", "-5", "from 1 to");
    assertThat(refused.out()).isEmpty();
  }

  private static void requireRefusal(Home home, String... words) {
    Result refused = home.refused().exits(1);
    assertThat(refused.err()).contains("config.toml").contains(words).doesNotContain("\tat ");
    assertThat(refused.out()).isEmpty();
    assertThat(home.places().keyFile()).as("made before the refusal").doesNotExist();
  }
}
