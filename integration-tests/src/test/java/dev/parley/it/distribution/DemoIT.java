package dev.parley.it.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.parley.it.process.Result;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The first thing that a newcomer types. */
@ExtendWith(StageExtension.class)
class DemoIT {

  @Test
  void theWholeStoryHappens(Stage stage) {
    Result demo = stage.home("unused").parley("demo", "--json").succeeds();
    assertThat(demo.jsonLines())
        .allSatisfy(
            step -> {
              assertThat(step.get("ok").getAsBoolean()).isTrue();
              assertThat(step.get("text").getAsString()).isNotEmpty();
              assertThat(step.get("elapsedMs").getAsDouble()).isPositive();
            })
        .extracting(DemoIT::name)
        .containsExactly(
            "relay",
            "alice",
            "bob",
            "tickets",
            "first-message",
            "direct",
            "both-ways",
            "kill",
            "restart",
            "direct-again",
            "relay-dead");
    assertThat(stage.home("unused").directory()).as("the user's own home").doesNotExist();
  }

  private static String name(JsonObject step) {
    return step.get("step").getAsString();
  }
}
