package dev.parley.it.messages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.control.v1.MessageState;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Home;
import dev.parley.it.process.Result;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sending in bulk, the history, and what becomes of single messages, by the command line. */
@ExtendWith(StageExtension.class)
class HistoryIT {
  private static final Pattern ID = Pattern.compile("\"messageId\":\"([a-z2-7]{26})\"");

  @Test
  void linesAreSentInOrderAndFoundInTheHistoryOfBothSides(Stage stage) {
    Daemon alice = stage.home("alice").start();
    Daemon bob = stage.home("bob").start();
    Daemon.introduce(alice, bob);
    Home home = alice.home();

    Result sent =
        home.parleyReading(
            bytes("first line\r\n\nthird, with a café\n" + "x".repeat(65_537) + "\nlast"),
            "send",
            "bob",
            "-",
            "--lines",
            "--json");
    assertThat(sent.exit()).isEqualTo(1);
    List<String> lines = sent.out().lines().toList();
    assertThat(lines).hasSize(5);
    assertThat(lines.get(2)).startsWith("{\"line\":3,").contains("\"state\":\"queued\"");
    assertThat(lines.get(3)).contains("\"line\":4", "\"error\":\"message-too-large\"");
    home.parleyReading(
            bytes(
                "{\"text\":\"as an object\",\"id\":\"o1\"}\n{\"bodyBase64\":\"AAE=\",\"x\":[1]}\n"),
            "send",
            "bob",
            "-",
            "--ndjson")
        .succeeds();

    alice.control().send("bob", "the end", MessageState.MESSAGE_STATE_DELIVERED);
    assertThat(bob.home().parley("recv", "--count", "7", "--json").succeeds().out())
        .contains("\"text\":\"\"", "AAE=", "\"redelivered\":false");
    for (Daemon side : List.of(alice, bob)) {
      Result history = side.home().parley("history", "--json").succeeds();
      assertThat(history.out().lines().filter(line -> line.contains("\"text\""))).hasSize(6);
      Result found = side.home().parley("history", "--search", "cafe line*", "--json");
      assertThat(found.succeeds().out()).isEmpty();
      found = side.home().parley("history", "--search", "CAFE third", "--json");
      assertThat(found.succeeds().out().lines()).hasSize(1);
    }
    assertThat(home.parley("history", "bob", "--limit", "2").succeeds().out())
        .hasLineCount(2)
        .contains("the end");
  }

  @Test
  void aMessageCanBeShownRepeatedAndExpire(Stage stage) {
    Daemon alice = stage.home("alice").start();
    Daemon bob = stage.home("bob").start();
    Daemon.introduce(alice, bob);
    bob.kill();
    Home home = alice.home();

    Result late = home.parley("send", "bob", "late", "--expire", "300ms", "--wait", "delivered");
    assertThat(late.exit()).isEqualTo(1);
    assertThat(late.err()).contains("expired");
    String once = id(home.parley("send", "bob", "once", "--id", "order-1", "--json").succeeds());
    String again = id(home.parley("send", "bob", "once", "--id", "order-1", "--json").succeeds());
    assertThat(again).isEqualTo(once);
    Result other = home.parley("send", "bob", "other", "--id", "order-1", "--json");
    assertThat(other.exit()).isEqualTo(1);
    assertThat(other.err()).contains("\"error\":\"client-id-taken\"");
    assertThat(home.parley("message", "show", once, "--json").succeeds().out())
        .contains("\"state\":\"queued\"", "\"deliveredAt\":null");

    bob.restart();
    Result read = bob.home().parley("recv", "--count", "1", "--timeout", "60s", "--json");
    assertThat(read.succeeds().out()).contains("\"text\":\"once\"");
    home.parley("send", "bob", "once", "--id", "order-1", "--wait", "read", "--timeout", "60s")
        .succeeds();
    assertThat(home.parley("message", "show", once, "--json").succeeds().out())
        .contains("\"state\":\"read\"")
        .doesNotContain("\"deliveredAt\":null");
    assertThat(home.parley("message", "show", "a".repeat(26)).exit()).isEqualTo(1);
  }

  private static String id(Result sent) {
    var matcher = ID.matcher(sent.out());
    assertThat(matcher.find()).as(sent.out()).isTrue();
    return matcher.group(1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
