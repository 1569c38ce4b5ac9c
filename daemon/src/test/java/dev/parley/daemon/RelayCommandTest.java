package dev.parley.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.RelayConfig;
import dev.parley.config.RelayConfig.Limits;
import dev.parley.config.RelayConfig.Tls;
import dev.parley.discovery.RelayUrl;
import dev.parley.identity.Identity;
import dev.parley.identity.ThrowawayIdentity;
import dev.parley.relay.TestRelays.LimitsBuilder;
import dev.parley.relay.server.RelayServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class RelayCommandTest {
  private final Identity identity = ThrowawayIdentity.create();
  private final List<Path> keyFiles = new ArrayList<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Limits limits = Limits.DEFAULT;
  private boolean broken;

  @TempDir Path directory;
  private RelayCommand command;

  @BeforeEach
  void prepare() {
    command =
        new RelayCommand(
            new RelaySetup() {
              @Override
              public Identity identity(Path keyFile) {
                keyFiles.add(keyFile);
                return identity;
              }

              @Override
              public RelayConfig config(Optional<String> listen, Optional<String> stun)
                  throws SetupException {
                if (broken) {
                  throw new SetupException("config.toml: max_clients = -1", new Exception());
                }
                return new RelayConfig(
                    address(listen.orElse("127.0.0.1:0")),
                    stun.map(RelayCommandTest::address),
                    new Tls.SelfSigned(),
                    limits);
              }
            },
            directory.resolve("relay.key"));
  }

  @Test
  void itPrintsItsUrlWhenReadyAndEndsCleanly() throws Exception {
    CompletableFuture<Integer> exit =
        CompletableFuture.supplyAsync(() -> run("--listen", "127.0.0.1:0"));
    Awaitility.await().until(() -> out.toString().endsWith(System.lineSeparator()));
    String line = out.toString().strip();

    assertThat(line).startsWith("relay 127.0.0.1:");
    assertThat(RelayUrl.parse(line.substring("relay ".length())).pinned()).contains(identity.id());
    assertThat(keyFiles).containsExactly(directory.resolve("relay.key"));
    command.stop();
    assertThat(exit.get(20, TimeUnit.SECONDS)).isZero();
  }

  @Test
  void aPortThatIsTakenIsAClearErrorAndExitOne() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(run("--listen", "127.0.0.1:" + taken.getLocalPort())).isEqualTo(1);
      assertThat(err.toString())
          .contains("cannot listen on TCP 127.0.0.1:" + taken.getLocalPort(), "taken", "--listen");
      assertThat(out.toString()).isEmpty();
    }
  }

  @Test
  void aMissingCertificateFileIsNamed() {
    assertThat(
            run(
                "--listen",
                "127.0.0.1:0",
                "--tls-cert",
                "/nonexistent/chain.pem",
                "--tls-key",
                "/nonexistent/key.pem"))
        .isEqualTo(1);
    assertThat(err.toString()).contains("/nonexistent/chain.pem", "missing");
  }

  @Test
  void aConfigurationThatCannotBeUsedIsExitOne() {
    broken = true;
    assertThat(run()).isEqualTo(1);
    assertThat(err.toString()).contains("max_clients = -1");
  }

  @Test
  void optionsThatContradictEachOtherAreAUsageError() {
    assertThat(run("--tls-cert", "chain.pem")).isEqualTo(2);
    assertThat(run("--tls", "off", "--tls-cert", "c.pem", "--tls-key", "k.pem")).isEqualTo(2);
    assertThat(run("--tls", "maybe")).isEqualTo(2);
    assertThat(err.toString()).contains("go together", "leave it out", "maybe");
  }

  @Test
  void aReloadPutsNewLimitsInForceAndABrokenFileChangesNothing() throws Exception {
    try (RelayServer server =
        RelayServer.start(
            identity,
            new RelayConfig(
                address("127.0.0.1:0"), Optional.empty(), new Tls.SelfSigned(), limits))) {
      limits = LimitsBuilder.limits(b -> b.maxClients = 7);
      command.reload(server);
      assertThat(server.limits().maxClients()).isEqualTo(7);
      broken = true;
      command.reload(server);
      assertThat(server.limits().maxClients()).isEqualTo(7);
    }
  }

  private int run(String... arguments) {
    return new CommandLine(command)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    return new InetSocketAddress(
        text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }
}
