package dev.parley.it.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Result;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a person gets wrong on the command line. */
@ExtendWith(StageExtension.class)
class MistypedIT {
  private static Stage stage;
  private static Daemon alice;
  private static String ticketOfAnother;

  @BeforeAll
  static void startAlice(Stage theStage) {
    stage = theStage;
    alice = stage.home("alice").start();
    Daemon bob = stage.home("bob").start();
    ticketOfAnother = bob.control().ticket();
    assertThat(bob.stop()).as("exit code of bob after SIGTERM").isZero();
  }

  @Test
  void aMistypedTicketIsRefusedByItsChecksum() {
    int middle = ticketOfAnother.length() / 2;
    char typo = ticketOfAnother.charAt(middle) == 'q' ? 'z' : 'q';
    String mistyped =
        ticketOfAnother.substring(0, middle) + typo + ticketOfAnother.substring(middle + 1);
    JsonObject error = refused("contact", "add", "bob", mistyped);
    assertThat(error.get("error").getAsString()).isEqualTo("bad-ticket");
    assertThat(error.get("message").getAsString()).containsIgnoringCase("checksum");
    assertThat(error.get("hint").getAsString()).isNotEmpty();
  }

  @Test
  void halfATicketIsRefused() {
    String half = ticketOfAnother.substring(0, ticketOfAnother.length() / 2);
    assertThat(refused("contact", "add", "bob", half).get("error").getAsString())
        .isEqualTo("bad-ticket");
  }

  @Test
  void aForeignTicketIsNamedAsOne() {
    for (String foreign : new String[] {"https://example.org/", "npub1qqqq", "hello", ""}) {
      JsonObject error = refused("contact", "add", "bob", foreign);
      assertThat(error.get("error").getAsString()).as(foreign).isEqualTo("bad-ticket");
      assertThat(error.get("message").getAsString()).as(foreign).isNotEmpty();
    }
  }

  @Test
  void ownTicketIsRefused() {
    JsonObject error = refused("contact", "add", "me", alice.control().ticket());
    assertThat(error.get("message").getAsString()).isNotEmpty();
  }

  @Test
  void anUnknownContactEndsWithExitCode4() {
    Result sent = alice.home().parley("send", "nobody", "hi", "--json").exits(4);
    assertThat(sent.errorWord()).isEqualTo("unknown-peer");
    assertThat(sent.error().get("message").getAsString()).contains("nobody");
    alice.home().parley("ping", "nobody").exits(4);
    alice.home().parley("contact", "rm", "nobody").exits(4);
  }

  @Test
  void aMessageOfMoreThan64KiBIsRefusedWithAWordAboutFiles() {
    byte[] body = new byte[64 * 1024 + 1];
    Arrays.fill(body, (byte) 'x');
    Result sent = alice.home().parleyReading(body, "send", alice.peerId(), "-", "--json").exits(1);
    assertThat(sent.errorWord()).isEqualTo("message-too-large");
    assertThat(sent.error().get("message").getAsString()).contains("65536");
    assertThat(sent.error().get("hint").getAsString()).contains("file");
  }

  @Test
  void withoutADaemonEveryCommandEndsWithExitCode3() {
    for (String[] command :
        new String[][] {{"status"}, {"id"}, {"recv"}, {"send", "bob", "hi"}, {"contact", "ls"}}) {
      Result result = stage.home("nobody-here").parley(command).exits(3);
      assertThat(result.err()).contains("not running").contains("parley up");
      assertThat(result.out()).isEmpty();
    }
  }

  @Test
  void wrongUsageEndsWithExitCode2() {
    alice.home().parley("send", "bob").exits(2);
    alice.home().parley("send", "bob", "hi", "--wait", "eternity").exits(2);
    alice.home().parley("no-such-command").exits(2);
    alice.home().refused("--no-such-option").exits(2);
    alice.home().refused("--relay", "nonsense").exits(2);
    alice.home().refused("--listen", "nonsense").exits(2);
  }

  private static JsonObject refused(String... command) {
    String[] withJson = Arrays.copyOf(command, command.length + 1);
    withJson[command.length] = "--json";
    return alice.home().parley(withJson).exits(1).error();
  }
}
