package dev.parley.forward;

import static dev.parley.forward.ForwardsLab.BOB;
import static dev.parley.forward.ForwardsLab.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.channels.Access;
import dev.parley.channels.ChannelRefused;
import dev.parley.channels.ServiceName;
import dev.parley.link.StreamEnd;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real sockets at both ends, the real channels, and links in memory. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class LocalForwardsTest {
  private static final ServiceName WEB = new ServiceName("web");
  private static final Endpoint ANY = new Endpoint.Tcp("127.0.0.1", 0);
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final Duration IDLE = Duration.ofSeconds(60);
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  @TempDir Path directory;
  private ForwardsLab lab;
  private ServerSocket server;

  @BeforeEach
  void start() throws Exception {
    lab = new ForwardsLab(directory, Duration.ofSeconds(10));
    server = new ServerSocket(0, 50, LOOPBACK);
  }

  @AfterEach
  void stop() throws Exception {
    lab.close();
    server.close();
  }

  private Endpoint target() {
    return new Endpoint.Tcp("127.0.0.1", server.getLocalPort());
  }

  private InetSocketAddress forwarded() throws Exception {
    get(lab.bob.addService(WEB, target(), Access.ALL_CONTACTS));
    return address(get(lab.alice.addForward(BOB, WEB, ANY, IDLE)).local());
  }

  private static InetSocketAddress address(Endpoint local) {
    int port = local instanceof Endpoint.Tcp tcp ? tcp.port() : ((Endpoint.Udp) local).port();
    return new InetSocketAddress(LOOPBACK, port);
  }

  private static Socket connect(InetSocketAddress to) throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout((int) DEADLINE.toMillis());
    socket.connect(to);
    return socket;
  }

  private static byte[] readAll(Socket socket) {
    try {
      return socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static byte[] random(int bytes) {
    byte[] random = new byte[bytes];
    new Random(bytes).nextBytes(random);
    return random;
  }

  @Test
  void bytesGoBothWaysAndEachDirectionEndsOnItsOwn() throws Exception {
    byte[] up = random(5_000_000);
    byte[] down = random(3_000_000);
    try (Socket client = connect(forwarded());
        Socket served = server.accept()) {
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(
              () -> {
                try {
                  client.getOutputStream().write(up);
                  client.shutdownOutput();
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      assertThat(served.getInputStream().readAllBytes()).isEqualTo(up);
      get(sending);
      served.getOutputStream().write(down);
      served.shutdownOutput();
      assertThat(client.getInputStream().readAllBytes()).isEqualTo(down);
    }
    await()
        .atMost(DEADLINE)
        .untilAsserted(
            () ->
                assertThat(lab.alice.status().forwards().get(0).traffic())
                    .isEqualTo(new Traffic(0, 1, 0, down.length, up.length, 0)));
    await()
        .atMost(DEADLINE)
        .untilAsserted(
            () ->
                assertThat(lab.bob.status().services().get(0).traffic())
                    .isEqualTo(new Traffic(0, 1, 0, up.length, down.length, 0)));
  }

  @Test
  void whatIsSentAndEndedBeforeTheChannelIsOpenArrives() throws Exception {
    InetSocketAddress forwarded = forwarded();
    byte[] down = random(2_000_000);
    for (int i = 0; i < 10; i++) {
      try (Socket client = connect(forwarded)) {
        client.getOutputStream().write(random(100_000));
        client.shutdownOutput();
        try (Socket served = server.accept()) {
          assertThat(served.getInputStream().readAllBytes()).isEqualTo(random(100_000));
          CompletableFuture<byte[]> heard = CompletableFuture.supplyAsync(() -> readAll(client));
          served.getOutputStream().write(down);
          served.shutdownOutput();
          assertThat(get(heard)).isEqualTo(down);
        }
      }
    }
  }

  @Test
  void aSenderIsHeldBackWhileNobodyReads() throws Exception {
    try (SocketChannel client = SocketChannel.open(forwarded());
        Socket served = server.accept()) {
      client.configureBlocking(false);
      ByteBuffer chunk = ByteBuffer.allocate(64 * 1024);
      long[] sent = {0};
      int[] refusals = {0};
      await()
          .atMost(DEADLINE)
          .pollInterval(Duration.ofMillis(50))
          .until(
              () -> {
                int took = client.write(chunk.clear());
                sent[0] += took;
                refusals[0] = took == 0 ? refusals[0] + 1 : 0;
                while (took > 0) {
                  took = client.write(chunk.clear());
                  sent[0] += took;
                }
                return refusals[0] >= 3;
              });
      assertThat(sent[0]).isLessThan(64L << 20);
      client.shutdownOutput();
      long got = 0;
      byte[] buffer = new byte[64 * 1024];
      for (int n = 0; n >= 0; n = served.getInputStream().read(buffer)) {
        got += n;
      }
      assertThat(got).as("nothing is lost by it").isEqualTo(sent[0]);
    }
  }

  @Test
  void aResetIsCarriedThroughBothWays() throws Exception {
    InetSocketAddress forwarded = forwarded();
    try (Socket client = connect(forwarded);
        Socket served = server.accept()) {
      served.setOption(StandardSocketOptions.SO_LINGER, 0);
      served.close();
      assertThatThrownBy(() -> client.getInputStream().read())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("reset");
    }
    try (Socket served = connectThenReset(forwarded)) {
      served.setSoTimeout((int) DEADLINE.toMillis());
      assertThatThrownBy(() -> served.getInputStream().read())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("reset");
    }
  }

  private Socket connectThenReset(InetSocketAddress to) throws IOException {
    Socket client = connect(to);
    Socket served = server.accept();
    client.setOption(StandardSocketOptions.SO_LINGER, 0);
    client.close();
    return served;
  }

  @Test
  void aLostLinkBreaksTheConnectionOff() throws Exception {
    try (Socket client = connect(forwarded());
        Socket served = server.accept()) {
      client.getOutputStream().write(1);
      assertThat(served.getInputStream().read()).isEqualTo(1);
      lab.network.cut();
      assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void whereNothingAnswersTheConnectionIsBrokenOffAndTheProblemShown() throws Exception {
    InetSocketAddress forwarded = forwarded();
    server.close();
    try (Socket client = connect(forwarded)) {
      assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(IOException.class);
    }
    Forward forward = lab.alice.status().forwards().get(0);
    assertThat(forward.traffic().failed()).isEqualTo(1);
    assertThat(forward.lastProblem())
        .contains("nothing answers where this service leads: connection refused")
        .doesNotContain(Integer.toString(server.getLocalPort()));
    assertThat(lab.bob.status().services().get(0).lastProblem())
        .contains(target().toString(), "refused");
  }

  @Test
  void whoeverIsNotAllowedIsTurnedAwayWithASentence() throws Exception {
    get(lab.bob.addService(WEB, target(), Access.NOBODY));
    Forward forward = get(lab.alice.addForward(BOB, WEB, ANY, IDLE));
    try (Socket client = connect(address(forward.local()))) {
      assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(IOException.class);
    }
    assertThat(lab.alice.status().forwards().get(0).lastProblem()).isNotEmpty();
    assertThatThrownBy(() -> get(lab.alice.openOnSocket(BOB, WEB, IDLE)))
        .hasCauseInstanceOf(ChannelRefused.class);
  }

  @Test
  void unixSocketsServeAtBothEndsForThisUserOnly() throws Exception {
    Path target = directory.resolve("target.sock");
    Path local = directory.resolve("local.sock");
    try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listening.bind(UnixDomainSocketAddress.of(target));
      get(lab.bob.addService(WEB, new Endpoint.Unix(target), Access.ALL_CONTACTS));
      get(lab.alice.addForward(BOB, WEB, new Endpoint.Unix(local), IDLE));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(local)))
          .isEqualTo("rw-------");
      try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(local));
          SocketChannel served = listening.accept()) {
        client.write(ByteBuffer.wrap(random(1_000)));
        client.shutdownOutput();
        assertThat(Channels.newInputStream(served).readAllBytes()).isEqualTo(random(1_000));
      }
      get(lab.alice.removeForward("unix:" + local));
      await().atMost(DEADLINE).until(() -> !Files.exists(local));
    }
  }

  @Test
  void datagramsFindTheirSenderAgain() throws Exception {
    try (DatagramSocket echo = new DatagramSocket(0, LOOPBACK);
        DatagramSocket one = new DatagramSocket(0, LOOPBACK);
        DatagramSocket two = new DatagramSocket(0, LOOPBACK)) {
      Endpoint.Udp target = new Endpoint.Udp("localhost", echo.getLocalPort());
      get(lab.bob.addService(WEB, target, Access.ALL_CONTACTS));
      Endpoint.Udp any = new Endpoint.Udp("127.0.0.1", 0);
      InetSocketAddress local = address(get(lab.alice.addForward(BOB, WEB, any, IDLE)).local());
      for (DatagramSocket sender : Arrays.asList(one, two, one)) {
        byte[] said = random(sender.getLocalPort() % 900 + 1);
        sender.send(new DatagramPacket(said, said.length, local));
        DatagramPacket heard = receive(echo);
        assertThat(Arrays.copyOf(heard.getData(), heard.getLength())).isEqualTo(said);
        echo.send(new DatagramPacket(said, said.length, heard.getSocketAddress()));
        DatagramPacket back = receive(sender);
        assertThat(Arrays.copyOf(back.getData(), back.getLength())).isEqualTo(said);
        assertThat(back.getSocketAddress()).isEqualTo(local);
      }
      one.send(new DatagramPacket(new byte[1_500], 1_500, local));
      await()
          .atMost(DEADLINE)
          .untilAsserted(
              () -> {
                Traffic traffic = lab.alice.status().forwards().get(0).traffic();
                assertThat(traffic.open()).isEqualTo(2);
                assertThat(traffic.datagramsDropped()).as("too large").isEqualTo(1);
              });
    }
  }

  @Test
  void aFlowThatIsSilentEnds() throws Exception {
    try (DatagramSocket target = new DatagramSocket(0, LOOPBACK);
        DatagramSocket sender = new DatagramSocket(0, LOOPBACK)) {
      get(
          lab.bob.addService(
              WEB, new Endpoint.Udp("127.0.0.1", target.getLocalPort()), Access.ALL_CONTACTS));
      Endpoint.Udp any = new Endpoint.Udp("127.0.0.1", 0);
      Forward forward = get(lab.alice.addForward(BOB, WEB, any, Duration.ofSeconds(1)));
      sender.send(new DatagramPacket(new byte[1], 1, address(forward.local())));
      receive(target);
      await()
          .atMost(DEADLINE)
          .untilAsserted(
              () -> {
                assertThat(lab.alice.status().forwards().get(0).traffic().open()).isZero();
                assertThat(lab.bob.status().services().get(0).traffic().open()).isZero();
              });
    }
  }

  @Test
  void oneSenderMoreThanThereIsRoomForPutsTheOldestOut() throws Exception {
    try (DatagramSocket target = new DatagramSocket(0, LOOPBACK);
        DatagramSocket sink = new DatagramSocket(0, LOOPBACK)) {
      get(
          lab.bob.addService(
              WEB, new Endpoint.Udp("127.0.0.1", target.getLocalPort()), Access.ALL_CONTACTS));
      Endpoint.Udp any = new Endpoint.Udp("127.0.0.1", 0);
      InetSocketAddress local = address(get(lab.alice.addForward(BOB, WEB, any, IDLE)).local());
      for (int i = 0; i < DatagramForward.MAX_FLOWS + 10; i++) {
        try (DatagramSocket sender = new DatagramSocket(0, LOOPBACK)) {
          sender.send(new DatagramPacket(new byte[1], 1, local));
          receive(target);
        }
      }
      await()
          .atMost(DEADLINE)
          .untilAsserted(
              () -> {
                Traffic traffic = lab.alice.status().forwards().get(0).traffic();
                assertThat(traffic.open()).isBetween(1L, (long) DatagramForward.MAX_FLOWS);
                assertThat(traffic.total()).isGreaterThan(DatagramForward.MAX_FLOWS);
              });
    }
  }

  private static DatagramPacket receive(DatagramSocket socket) throws IOException {
    socket.setSoTimeout((int) DEADLINE.toMillis());
    DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
    socket.receive(packet);
    return packet;
  }

  @Test
  void forwardsAndServicesStandAgainAfterARestart() throws Exception {
    InetSocketAddress before = forwarded();
    LocalForwards again = lab.aliceAgain();
    await().atMost(DEADLINE).until(() -> again.status().forwards().get(0).listening());
    assertThat(address(again.status().forwards().get(0).local()))
        .as("the port that it was given")
        .isEqualTo(before);
    again.close();
  }

  @Test
  void anAddressThatIsTakenIsToldAndOneThatIsKeptIsTriedAgain() throws Exception {
    Endpoint taken = target();
    assertThatThrownBy(() -> get(lab.alice.addForward(BOB, WEB, taken, IDLE)))
        .cause()
        .isInstanceOfSatisfying(
            ForwardException.class,
            e -> assertThat(e.reason()).isEqualTo(ForwardException.Reason.ADDRESS_IN_USE))
        .hasMessageContaining(taken.toString());
    assertThat(lab.alice.status().forwards()).isEmpty();

    lab.aliceStore.forwards.put(
        7L, new ForwardStore.StoredForward(7, BOB, WEB, taken, Duration.ofSeconds(60)));
    LocalForwards again = lab.aliceAgain();
    await()
        .atMost(DEADLINE)
        .untilAsserted(
            () -> assertThat(again.status().forwards().get(0).lastProblem()).contains("in use"));
    server.close();
    await().atMost(DEADLINE).until(() -> again.status().forwards().get(0).listening());
    assertThat(again.status().forwards().get(0).lastProblem()).isEmpty();
    again.close();
  }

  @Test
  void whatCannotBeKeptIsNotThere() throws Exception {
    lab.aliceStore.failing = true;
    lab.bobStore.failing = true;
    assertThatThrownBy(() -> get(lab.alice.addForward(BOB, WEB, ANY, IDLE)))
        .hasMessageContaining("the disk is full");
    assertThatThrownBy(() -> get(lab.bob.addService(WEB, target(), Access.NOBODY)))
        .hasMessageContaining("the disk is full");
    assertThat(lab.alice.status().forwards()).isEmpty();
    assertThat(lab.bob.status().services()).isEmpty();
  }

  @Test
  void thereAreBoundsOnServicesAndForwards() throws Exception {
    for (int i = 0; i < ExposedServices.MAX_SERVICES; i++) {
      get(lab.bob.addService(new ServiceName("s" + i), target(), Access.NOBODY));
    }
    assertThatThrownBy(() -> get(lab.bob.addService(WEB, target(), Access.NOBODY)))
        .hasMessageContaining("already");
    assertThatThrownBy(() -> get(lab.bob.removeService(WEB))).hasMessageContaining("no service");
    get(lab.bob.removeService(new ServiceName("s0")));
    get(lab.bob.addService(WEB, target(), Access.NOBODY));
    assertThatThrownBy(() -> get(lab.bob.addService(WEB, target(), Access.NOBODY)))
        .cause()
        .isInstanceOf(ForwardException.class);
    for (int i = 0; i < LocalForwards.MAX_FORWARDS; i++) {
      get(lab.alice.addForward(BOB, WEB, ANY, IDLE));
    }
    assertThatThrownBy(() -> get(lab.alice.addForward(BOB, WEB, ANY, IDLE)))
        .hasMessageContaining("already");
    get(lab.alice.removeForward("3"));
    get(lab.alice.addForward(BOB, WEB, ANY, IDLE));
  }

  @Test
  void connectionsPastTheBoundWaitUntilOthersAreAnswered() throws Exception {
    get(lab.bob.addService(WEB, target(), Access.ALL_CONTACTS));
    InetSocketAddress to = address(get(lab.alice.addForward(BOB, WEB, ANY, IDLE)).local());
    int count = StreamForward.MAX_OPENING + 40;
    Socket[] clients = new Socket[count];
    for (int i = 0; i < count; i++) {
      clients[i] = connect(to);
      clients[i].getOutputStream().write(i);
    }
    for (int i = 0; i < count; i++) {
      try (Socket served = server.accept()) {
        int which = served.getInputStream().read();
        served.getOutputStream().write(which);
        assertThat(clients[which].getInputStream().read()).isEqualTo(which);
        clients[which].close();
      }
    }
  }

  @Test
  void aPipeSocketTakesOneConnectionAndTellsHowItEnded() throws Exception {
    get(lab.bob.addService(WEB, target(), Access.ALL_CONTACTS));
    PipeSocket pipe = get(lab.alice.openOnSocket(BOB, WEB, DEADLINE));
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(pipe.path()));
        Socket served = server.accept()) {
      client.write(ByteBuffer.wrap(random(1_000_000)));
      client.shutdownOutput();
      assertThat(served.getInputStream().readAllBytes()).isEqualTo(random(1_000_000));
      assertThat(pipe.ended()).isNotDone();
      served.shutdownOutput();
      assertThat(Channels.newInputStream(client).readAllBytes()).isEmpty();
      assertThat(get(pipe.ended())).isEqualTo(new StreamEnd.Complete());
      await().atMost(DEADLINE).until(() -> !Files.exists(pipe.path()));
    }
  }

  @Test
  void aPipeSocketTellsOfAReset() throws Exception {
    get(lab.bob.addService(WEB, target(), Access.ALL_CONTACTS));
    PipeSocket pipe = get(lab.alice.openOnSocket(BOB, WEB, DEADLINE));
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(pipe.path()));
        Socket served = server.accept()) {
      served.setOption(StandardSocketOptions.SO_LINGER, 0);
      served.close();
      assertThat(get(pipe.ended())).isInstanceOf(StreamEnd.Reset.class);
      assertThat(client.read(ByteBuffer.allocate(1))).isNegative();
    }
  }

  @Test
  void aPipeSocketThatNobodyConnectsToGoes() throws Exception {
    try (ForwardsLab impatient = new ForwardsLab(directory, Duration.ofMillis(50))) {
      get(impatient.bob.addService(WEB, target(), Access.ALL_CONTACTS));
      PipeSocket pipe = get(impatient.alice.openOnSocket(BOB, WEB, DEADLINE));
      assertThat(get(pipe.ended())).isInstanceOf(StreamEnd.Lost.class);
      await().atMost(DEADLINE).until(() -> !Files.exists(pipe.path()));
    }
  }
}
