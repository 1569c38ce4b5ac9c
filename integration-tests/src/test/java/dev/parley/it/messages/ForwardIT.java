package dev.parley.it.messages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.hash.Hashing;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpServer;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Result;
import dev.parley.it.process.Running;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Services and forwards by the commands that a user types, with real programs at both ends. */
@ExtendWith(StageExtension.class)
class ForwardIT {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  /** Two nodes that know each other: bob serves, alice comes. */
  private record Pair(Daemon alice, Daemon bob) {
    static Pair start(Stage stage) {
      RelayProcess relay = stage.relay();
      Daemon alice = stage.home("alice").start("--relay", relay.url());
      Daemon bob = stage.home("bob").start("--relay", relay.url());
      Daemon.introduce(alice, bob);
      return new Pair(alice, bob);
    }

    void listen(String service, String to) {
      bob.home().parley("listen", service, "--to", to, "--allow", "alice").succeeds();
    }

    JsonObject forward(String service, String local) {
      return alice.home().parley("forward", "bob/" + service, local, "--json").succeeds().json();
    }

    JsonObject shown() {
      return alice.home().parley("forward", "ls", "--json").succeeds().json();
    }
  }

  private static int port(JsonObject forward) {
    String local = forward.get("local").getAsString();
    return Integer.parseInt(local.substring(local.lastIndexOf(':') + 1));
  }

  private static HttpServer web(Stage stage) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = ("you asked for " + exchange.getRequestURI()).getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    stage.closeLater(() -> server.stop(0));
    return server;
  }

  private static String get(int port, String path) throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(DEADLINE)
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  @Test
  void aWebServerIsReachedThroughAForwardAlsoAfterBothHaveRestarted(Stage stage) throws Exception {
    Pair pair = Pair.start(stage);
    pair.listen("web", "tcp:127.0.0.1:" + web(stage).getAddress().getPort());
    int port = port(pair.forward("web", "127.0.0.1:0"));
    for (int i = 0; i < 20; i++) {
      assertThat(get(port, "/" + i)).isEqualTo("you asked for /" + i);
    }
    JsonObject shown = pair.shown();
    assertThat(shown.get("failed").getAsLong()).isZero();
    assertThat(shown.get("total").getAsLong()).isPositive();
    assertThat(pair.bob().home().parley("status").succeeds().out()).contains("web", "alice");

    pair.alice().stop();
    pair.bob().kill();
    pair.bob().restart();
    pair.alice().restart();
    await()
        .atMost(DEADLINE)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(get(port, "/again")).isEqualTo("you asked for /again"));

    pair.alice().home().parley("forward", "close", "127.0.0.1:" + port).succeeds();
    assertThat(pair.alice().home().parley("forward", "ls", "--json").succeeds().out()).isEmpty();
    pair.bob().home().parley("listen", "close", "web").succeeds();
    pair.bob().home().parley("listen", "close", "web").exits(1);
  }

  @Test
  void datagramsGoThereAndBack(Stage stage) throws Exception {
    Pair pair = Pair.start(stage);
    try (DatagramSocket echo = new DatagramSocket(0, LOOPBACK);
        DatagramSocket sender = new DatagramSocket(0, LOOPBACK)) {
      CompletableFuture<Void> echoing = CompletableFuture.runAsync(() -> echo(echo));
      pair.listen("echo", "udp:127.0.0.1:" + echo.getLocalPort());
      int port = port(pair.forward("echo", "udp:0"));
      sender.setSoTimeout(500);
      byte[] said = "hello".getBytes(UTF_8);
      DatagramPacket heard = new DatagramPacket(new byte[2_000], 2_000);
      // UDP may lose one, and the link may not be there at once.
      await()
          .atMost(DEADLINE)
          .ignoreExceptions()
          .until(
              () -> {
                sender.send(new DatagramPacket(said, said.length, LOOPBACK, port));
                sender.receive(heard);
                return true;
              });
      assertThat(new String(heard.getData(), 0, heard.getLength(), UTF_8)).isEqualTo("hello");
      echo.close();
      echoing.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static void echo(DatagramSocket socket) {
    DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
    try {
      while (true) {
        packet.setLength(2_000);
        socket.receive(packet);
        socket.send(packet);
      }
    } catch (IOException e) {
      assertThat(socket.isClosed()).isTrue();
    }
  }

  @Test
  void unixSocketsServeAtBothEnds(Stage stage) throws Exception {
    Pair pair = Pair.start(stage);
    Path target = stage.directory().resolve("t.sock");
    Path local = stage.directory().resolve("l.sock");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(target));
      pair.listen("u", "unix:" + target);
      pair.forward("u", "unix:" + local);
      try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(local));
          SocketChannel served = server.accept()) {
        client.write(java.nio.ByteBuffer.wrap("hello".getBytes(UTF_8)));
        client.shutdownOutput();
        assertThat(Channels.newInputStream(served).readAllBytes()).asString().isEqualTo("hello");
      }
    }
  }

  @Test
  void pipeMovesFiftyMegabytesBothWaysAndEndsWithBoth(Stage stage) throws Exception {
    Pair pair = Pair.start(stage);
    Path sent = stage.directory().resolve("sent");
    Path got = stage.directory().resolve("got");
    byte[] bytes = new byte[50_000_000];
    new Random(1).nextBytes(bytes);
    Files.write(sent, bytes);
    try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
      pair.listen("sink", "tcp:127.0.0.1:" + server.getLocalPort());
      Running pipe = pipe(stage, pair, "sink", sent, got);
      try (Socket served = server.accept()) {
        CompletableFuture<Void> answering = CompletableFuture.runAsync(() -> write(served, bytes));
        assertThat(Hashing.sha256().hashBytes(served.getInputStream().readAllBytes()))
            .isEqualTo(Hashing.sha256().hashBytes(bytes));
        answering.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        served.shutdownOutput();
        assertThat(pipe.awaitEnd()).as(pipe.err()).isZero();
      }
      assertThat(com.google.common.io.Files.asByteSource(got.toFile()).hash(Hashing.sha256()))
          .isEqualTo(Hashing.sha256().hashBytes(bytes));
    }
  }

  private static Running pipe(Stage stage, Pair pair, String service, Path from, Path to) {
    String command =
        stage.distribution().parley() + " pipe bob/" + service + " < '" + from + "' > '" + to + "'";
    return pair.alice().home().launchIn(stage.directory(), "pipe", command);
  }

  private static void write(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void pipeEndsWithOneWhenTheOtherSideBreaksOff(Stage stage) throws Exception {
    Pair pair = Pair.start(stage);
    try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
      pair.listen("sink", "tcp:127.0.0.1:" + server.getLocalPort());
      Running pipe = pair.alice().home().launchParley("pipe", "bob/sink");
      try (Socket served = server.accept()) {
        served.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
      assertThat(pipe.awaitEnd()).isEqualTo(1);
      assertThat(pipe.err()).contains("broken the connection off");
    }
  }

  @Test
  void whatStandsInTheWayIsToldInDistinctWords(Stage stage) throws Exception {
    Pair pair = Pair.start(stage);
    pair.bob().home().parley("listen", "closed", "--to", "tcp:127.0.0.1:1").succeeds();
    assertError(pipe(pair, "bob/closed").exits(1), "not-allowed");
    assertError(pipe(pair, "bob/nothing").exits(1), "unknown-service");
    int free;
    try (ServerSocket unused = new ServerSocket(0, 1, LOOPBACK)) {
      free = unused.getLocalPort();
    }
    pair.listen("dead", "tcp:127.0.0.1:" + free);
    assertError(pipe(pair, "bob/dead").exits(1), "channel-refused");
    assertError(pipe(pair, "zoe/web").exits(4), "unknown-peer");
    assertError(
        pair.alice()
            .home()
            .parley("forward", "bob/web", "127.0.0.1:" + taken(stage), "--json")
            .exits(1),
        "address-in-use");
    pair.bob().stop();
    Result offline = pipe(pair, "bob/closed");
    assertThat(offline.exit()).isIn(1, 5);
    assertThat(offline.err()).containsAnyOf("peer-unreachable", "timed-out");
  }

  private static int taken(Stage stage) throws IOException {
    return stage.closeLater(new ServerSocket(0, 1, LOOPBACK)).getLocalPort();
  }

  private static Result pipe(Pair pair, String service) {
    return pair.alice().home().parley("pipe", service, "--timeout", "3s", "--json");
  }

  private static void assertError(Result result, String word) {
    assertThat(result.errorWord()).isEqualTo(word);
    assertThat(result.out()).isEmpty();
  }
}
