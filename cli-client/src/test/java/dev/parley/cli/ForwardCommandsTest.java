package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.control.v1.ErrorDetail;
import dev.parley.control.v1.ForwardsStatus;
import dev.parley.control.v1.NodeStatus;
import dev.parley.control.v1.SocketEnd;
import dev.parley.proto.home.NodeHome;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ForwardCommandsTest {
  private static final String TRAFFIC =
      "\"open\":1,\"total\":2,\"failed\":3,\"bytesIn\":4000,\"bytesOut\":5600000,"
          + "\"datagramsDropped\":6";
  private static final String SERVICE =
      "{\"service\":\"web\",\"target\":\"tcp:127.0.0.1:80\",\"allowContacts\":false,"
          + "\"allowed\":[{\"peerId\":\"peer-of-bob\",\"peerName\":\"bob\"}],"
          + TRAFFIC
          + ",\"lastProblem\":null}";
  private static final String FORWARD =
      "{\"id\":1,\"peerId\":\"peer-of-bob\",\"peerName\":\"bob\",\"service\":\"web\","
          + "\"local\":\"tcp:127.0.0.1:9000\",\"idleMs\":60000,\"listening\":false,"
          + TRAFFIC
          + ",\"lastProblem\":\"it broke\"}";

  @TempDir Path directory;
  private FakeDaemon daemon;
  private InputStream in = InputStream.nullInputStream();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void start() throws Exception {
    daemon = new FakeDaemon(NodeHome.in(directory));
  }

  @AfterEach
  void stop() throws Exception {
    daemon.close();
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    Session session =
        new Session(
            Map.of("PARLEY_HOME", directory.toString(), "NO_COLOR", "1"),
            new Session.Terminal(false, 200),
            in,
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    int code = Parley.run(session, arguments);
    session.flush();
    return code;
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void listenWithoutAllowIsForNobodyAndSaysSo() {
    assertThat(run("listen", "web", "--to", "tcp:127.0.0.1:80")).isZero();
    assertThat(out()).isEqualTo("web leads to tcp:127.0.0.1:80, for nobody\n");
    assertThat(err()).contains("nobody may connect yet", "--allow");
  }

  @Test
  void listenTakesNamesAndTheWordContacts() {
    assertThat(run("listen", "web", "--to", "unix:x.sock", "--allow", "bob", "--allow", "contacts"))
        .isZero();
    assertThat(out()).contains("for all contacts, bob");
    assertThat(daemon.forwards.added.get(0).getAllowList()).containsExactly("bob");
    assertThat(daemon.forwards.added.get(0).getAllowContacts()).isTrue();
    assertThat(daemon.forwards.added.get(0).getTarget())
        .as("the daemon is elsewhere")
        .isEqualTo("unix:" + Path.of("x.sock").toAbsolutePath());
  }

  @Test
  void servicesAreListedAndClosed() {
    daemon.forwards.status =
        ForwardsStatus.newBuilder()
            .addServices(FakeForwardCalls.service("web", "tcp:127.0.0.1:80"))
            .build();
    assertThat(run("listen", "ls", "--json")).isZero();
    assertThat(out()).isEqualTo(SERVICE + "\n");
    assertThat(run("listen", "ls")).isZero();
    assertThat(out()).contains("web      tcp:127.0.0.1:80  bob").contains("4.0 kB", "5.6 MB");
    assertThat(run("listen", "close", "web")).isZero();
    assertThat(out()).isEqualTo("web is served no more\n");
  }

  @Test
  void forwardsAreAddedListedAndClosed() {
    assertThat(run("forward", "bob/web", "9000", "--idle", "5m")).isZero();
    assertThat(out()).isEqualTo("9000 leads to bob/web\n");
    assertThat(daemon.forwards.forwarded.get(0).getPeer()).isEqualTo("bob");
    assertThat(daemon.forwards.forwarded.get(0).getIdleMillis()).isEqualTo(300_000);
    daemon.forwards.status =
        ForwardsStatus.newBuilder()
            .addForwards(FakeForwardCalls.forward("web", "tcp:127.0.0.1:9000"))
            .build();
    assertThat(run("forward", "ls", "--json")).isZero();
    assertThat(out()).isEqualTo(FORWARD + "\n");
    assertThat(run("forward", "ls")).isZero();
    assertThat(out()).contains("1   tcp:127.0.0.1:9000  bob/web").contains("it broke");
    assertThat(run("forward", "close", "127.0.0.1:9000")).isZero();
    assertThat(out()).contains("127.0.0.1:9000 does not lead to bob/web any more");
  }

  @Test
  void emptyListsSayHowToAdd() {
    assertThat(run("listen", "ls")).isZero();
    assertThat(err()).contains("parley listen SERVICE");
    assertThat(run("forward", "ls")).isZero();
    assertThat(err()).contains("parley forward PEER/SERVICE LOCAL");
  }

  @Test
  void statusShowsBoth() {
    daemon.status =
        NodeStatus.newBuilder()
            .setForwards(
                ForwardsStatus.newBuilder()
                    .addServices(FakeForwardCalls.service("web", "tcp:127.0.0.1:80"))
                    .addForwards(FakeForwardCalls.forward("web", "tcp:127.0.0.1:9000")))
            .build();
    assertThat(run("status", "--json")).isZero();
    assertThat(out()).contains("\"services\":[" + SERVICE + "],\"forwards\":[" + FORWARD + "]}");
    assertThat(run("status")).isZero();
    assertThat(out()).contains("SERVICE", "LOCAL", "bob/web");
  }

  @Test
  void wrongUseIsExitTwo() {
    for (String line :
        new String[] {
          "listen",
          "listen web",
          "forward",
          "forward bob/web",
          "forward bob 9000",
          "pipe",
          "pipe bob",
          "forward bob/web 9 --idle 0s",
          "listen close",
          "pipe bob/web --timeout 0s"
        }) {
      assertThat(run(line.split(" "))).as(line).isEqualTo(2);
    }
  }

  @Test
  void refusalsKeepTheirWordAndExitCode() {
    daemon.forwards.refusal =
        FakeDaemon.refusal(Status.ALREADY_EXISTS, ErrorDetail.Code.ADDRESS_IN_USE, "another");
    assertThat(run("forward", "bob/web", "9000", "--json")).isEqualTo(1);
    assertThat(err()).startsWith("{\"error\":\"address-in-use\"");
    daemon.forwards.refusal =
        FakeDaemon.refusal(Status.NOT_FOUND, ErrorDetail.Code.UNKNOWN_PEER, "");
    assertThat(run("pipe", "zoe/web")).isEqualTo(4);
    daemon.forwards.refusal =
        FakeDaemon.refusal(Status.DEADLINE_EXCEEDED, ErrorDetail.Code.TIMED_OUT, "");
    assertThat(run("pipe", "bob/web")).isEqualTo(5);
    daemon.forwards.refusal =
        FakeDaemon.refusal(Status.PERMISSION_DENIED, ErrorDetail.Code.NOT_ALLOWED, "");
    assertThat(run("pipe", "bob/web", "--json")).isEqualTo(1);
    assertThat(err()).startsWith("{\"error\":\"not-allowed\"");
    assertThat(out()).as("nothing but data").isEmpty();
  }

  /** What the daemon does with the one connection. */
  private interface Serving {
    void serve(SocketChannel socket) throws IOException;
  }

  private CompletableFuture<Void> serve(Serving serving) throws IOException {
    daemon.forwards.listen(directory.resolve("pipe.sock"));
    return CompletableFuture.runAsync(
        () -> {
          try (SocketChannel socket = daemon.forwards.accept()) {
            serving.serve(socket);
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  private static byte[] random(int bytes) {
    byte[] random = new byte[bytes];
    new Random(bytes).nextBytes(random);
    return random;
  }

  @Test
  void pipeMovesBytesBothWaysUntilBothHaveEnded() throws Exception {
    byte[] up = random(3_000_000);
    byte[] down = random(2_000_000);
    in = new ByteArrayInputStream(up);
    CompletableFuture<byte[]> got = new CompletableFuture<>();
    CompletableFuture<Void> served =
        serve(
            socket -> {
              got.complete(Channels.newInputStream(socket).readAllBytes());
              ByteBuffer answer = ByteBuffer.wrap(down);
              while (answer.hasRemaining()) {
                socket.write(answer);
              }
              socket.shutdownOutput();
              daemon.forwards.end.complete(
                  SocketEnd.newBuilder().setHow(SocketEnd.How.HOW_COMPLETE).build());
            });
    assertThat(run("pipe", "bob/web", "--timeout", "3s")).as(err()).isZero();
    assertThat(got.get(30, TimeUnit.SECONDS)).isEqualTo(up);
    assertThat(out.toByteArray()).isEqualTo(down);
    assertThat(daemon.forwards.opened.get(0).getTimeoutMillis()).isEqualTo(3_000);
    served.get(30, TimeUnit.SECONDS);
  }

  @Test
  void pipeTellsOfAResetThoughItsInputIsStillOpen() throws Exception {
    try (java.io.PipedOutputStream never = new java.io.PipedOutputStream()) {
      in = new java.io.PipedInputStream(never);
      CompletableFuture<Void> served =
          serve(
              socket ->
                  daemon.forwards.end.complete(
                      SocketEnd.newBuilder()
                          .setHow(SocketEnd.How.HOW_RESET)
                          .setSentence("the other side has broken the connection off")
                          .build()));
      assertThat(run("pipe", "bob/web")).isEqualTo(1);
      assertThat(err()).contains("the other side has broken the connection off");
      served.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void completionKnowsTheWordsBelow() {
    assertThat(run("completion", "bash")).isZero();
    assertThat(out()).contains("_picocli_parley_listen_close", "_picocli_parley_forward_ls");
    assertThat(run("listen", "--help")).isZero();
    assertThat(out()).contains("--to", "close");
  }
}
