package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.control.v1.ErrorDetail;
import dev.parley.proto.home.NodeHome;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PairingCommandsTest {
  private static final String BOB =
      "{\"peerId\":\"peer-of-bob\",\"peerName\":\"bob\",\"verified\":true}\n";

  @TempDir Path directory;
  private FakeDaemon daemon;
  private boolean terminal;
  private String out = "";
  private String err = "";

  @BeforeEach
  void start() throws Exception {
    daemon = new FakeDaemon(NodeHome.in(directory));
  }

  @AfterEach
  void stop() throws Exception {
    daemon.close();
  }

  private int run(String... arguments) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    Session session =
        new Session(
            Map.of("PARLEY_HOME", directory.toString(), "NO_COLOR", "1", "USER", "alice"),
            new Session.Terminal(terminal, 200),
            InputStream.nullInputStream(),
            new PrintStream(printed, false, StandardCharsets.UTF_8),
            new PrintStream(complained, true, StandardCharsets.UTF_8));
    int code = Parley.run(session, arguments);
    session.flush();
    out = printed.toString(StandardCharsets.UTF_8);
    err = complained.toString(StandardCharsets.UTF_8);
    return code;
  }

  @Test
  void inviteTellsTheCodeFirstAndThenWhoCame() {
    assertThat(run("invite", "--json", "--name", "bob")).isZero();
    assertThat(out)
        .isEqualTo(
            "{\"code\":\"7-crossover-clockwork\",\"ticket\":\"parley1full\","
                + "\"expiresAt\":\"1970-01-01T00:10:00Z\",\"relay\":\"relay:443#x\"}\n"
                + BOB);
    assertThat(daemon.pairings.invited.get(0).getName()).isEqualTo("bob");
    assertThat(daemon.pairings.invited.get(0).getNameHint()).isEqualTo("alice");
  }

  @Test
  void inviteShowsWhatToTypeOverThereAndOnATerminalTheTicket() {
    assertThat(run("invite", "--as", "ally")).isZero();
    assertThat(out)
        .contains(
            "\n    7-crossover-clockwork\n",
            "parley accept 7-crossover-clockwork",
            "--relay relay:443#x",
            "bob is a verified contact now (peer-of-bob)")
        .doesNotContain("▀");
    assertThat(daemon.pairings.invited.get(0).getNameHint()).isEqualTo("ally");
    terminal = true;
    assertThat(run("invite")).isZero();
    assertThat(out).contains("▀");
  }

  @Test
  void acceptTakesACodeInOneWordOrThree() {
    assertThat(run("accept", "7", "cros", "cloc", "--json", "--relay", "relay:443#x")).isZero();
    assertThat(out).isEqualTo(BOB);
    assertThat(daemon.pairings.accepted.get(0).getCode()).isEqualTo("7-cros-cloc");
    assertThat(daemon.pairings.accepted.get(0).getRelay()).isEqualTo("relay:443#x");
    assertThat(run("accept", "7-crossover-clockwork")).isZero();
    assertThat(out).startsWith("bob is a verified contact now");
    assertThat(run("accept")).isEqualTo(2);
  }

  @Test
  void whatFailsIsToldByItsWord() {
    daemon.pairings.refusal =
        FakeDaemon.refusal(
            Status.INVALID_ARGUMENT, ErrorDetail.Code.BAD_CODE, "did you mean 'crossover'?");
    assertThat(run("accept", "7-crosover-clockwork", "--json")).isEqualTo(1);
    assertThat(err).startsWith("{\"error\":\"bad-code\"").contains("did you mean 'crossover'?");
    daemon.pairings.refusal =
        FakeDaemon.refusal(Status.PERMISSION_DENIED, ErrorDetail.Code.WRONG_CODE, "a new one");
    assertThat(run("invite", "--json")).isEqualTo(1);
    assertThat(out).startsWith("{\"code\":");
    assertThat(err).startsWith("{\"error\":\"wrong-code\"");
  }
}
