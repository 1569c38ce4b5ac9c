package dev.parley.nat.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.nat.PeerKey;
import dev.parley.nat.TcpCarrier;
import dev.parley.nat.path.Drop;
import dev.parley.nat.path.KnownLink;
import dev.parley.nat.path.PathReport;
import dev.parley.nat.path.PathTransport;
import dev.parley.nat.path.ProbeKeys;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real connections on loopback between two switches that know no UDP address of each other. */
class TcpPortTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final PeerKey ALICE = new PeerKey(1, 1, 1, 1);
  private static final PeerKey BOB = new PeerKey(2, 2, 2, 2);
  private static final long TO_ALICE = 11;
  private static final long TO_BOB = 22;

  private TcpEnd alice;
  private TcpEnd bob;
  private final List<Socket> sockets = new ArrayList<>();

  @BeforeEach
  void open() throws Exception {
    alice = new TcpEnd();
    bob = new TcpEnd();
    alice.link(BOB, keys(TO_ALICE, TO_BOB));
    bob.link(ALICE, keys(TO_BOB, TO_ALICE));
  }

  @AfterEach
  void close() throws Exception {
    for (Socket socket : sockets) {
      socket.close();
    }
    alice.close();
    bob.close();
  }

  private static ProbeKeys keys(long localTag, long remoteTag) {
    return ProbeKeys.derive(new byte[32], new byte[32], localTag, remoteTag);
  }

  private static final class Outcomes implements DialListener {
    final Queue<String> all = new ConcurrentLinkedQueue<>();

    @Override
    public void onTied(TcpCarrier connection) {
      all.add("tied");
    }

    @Override
    public void onFailed(String reason) {
      all.add(reason);
    }
  }

  private Socket connect(TcpEnd to) throws IOException {
    Socket socket = new Socket();
    sockets.add(socket);
    socket.connect(to.address());
    return socket;
  }

  private static boolean isDirect(TcpEnd end, PeerKey peer) {
    return end.call(() -> end.paths.current(peer))
        .filter(path -> path.transport() == PathTransport.TCP)
        .map(PathReport::rttNanos)
        .filter(rtt -> rtt >= 0)
        .isPresent();
  }

  @Test
  void aConnectionThatIsDialledBecomesAPathForBothSides() {
    Outcomes outcomes = new Outcomes();
    assertThat(alice.call(() -> alice.port.dial(BOB, bob.address(), outcomes))).isTrue();
    await().atMost(LONG).until(() -> isDirect(alice, BOB) && isDirect(bob, ALICE));
    assertThat(outcomes.all).containsExactly("tied");
    assertThat(alice.call(() -> alice.port.held())).isEqualTo(new TcpPort.Held(0, 0, 1));
    assertThat(bob.call(() -> bob.port.held())).isEqualTo(new TcpPort.Held(0, 0, 1));
  }

  @Test
  void connectionsFromBothSidesServeBesideEachOther() {
    Outcomes outcomes = new Outcomes();
    alice.call(() -> alice.port.dial(BOB, bob.address(), outcomes));
    bob.call(() -> bob.port.dial(ALICE, alice.address(), outcomes));
    await().atMost(LONG).until(() -> isDirect(alice, BOB) && isDirect(bob, ALICE));
    await()
        .atMost(LONG)
        .until(() -> alice.call(() -> alice.paths.tcp().connections(BOB)).size() == 2);
    assertThat(outcomes.all).containsExactly("tied", "tied");
  }

  @Test
  void aConnectionGoesWithTheLinkAndTheOtherSideSeesIt() {
    alice.call(() -> alice.port.dial(BOB, bob.address(), new Outcomes()));
    await().atMost(LONG).until(() -> isDirect(alice, BOB) && isDirect(bob, ALICE));
    alice.run(() -> alice.paths.close(alice.flow));
    await().atMost(LONG).until(() -> bob.call(() -> bob.port.held().connections()) == 0);
    assertThat(alice.call(() -> alice.port.held().connections())).isZero();
    assertThat(bob.call(() -> bob.paths.tcp().connections(ALICE))).isEmpty();
  }

  @Test
  void aDialThatIsRefusedIsReportedOnceAndLeavesNothing() {
    InetSocketAddress nobody = bob.address();
    bob.close();
    Outcomes outcomes = new Outcomes();
    assertThat(alice.call(() -> alice.port.dial(BOB, nobody, outcomes))).isTrue();
    await().atMost(LONG).until(() -> !outcomes.all.isEmpty());
    assertThat(outcomes.all).singleElement().asString().contains("refused");
    assertThat(alice.call(() -> alice.port.held())).isEqualTo(new TcpPort.Held(0, 0, 0));
  }

  @Test
  void aPeerWithWhomThereIsNoLinkIsNotDialled() {
    Outcomes outcomes = new Outcomes();
    PeerKey nobody = new PeerKey(9, 9, 9, 9);
    assertThat(alice.call(() -> alice.port.dial(nobody, bob.address(), outcomes))).isFalse();
  }

  @Test
  void aPeerIsNotDialledMoreOftenAtATimeThanTheLimitSays() throws Exception {
    try (java.net.ServerSocket silent =
        new java.net.ServerSocket(0, 10, java.net.InetAddress.getByName("127.0.0.1"))) {
      InetSocketAddress at = new InetSocketAddress("127.0.0.1", silent.getLocalPort());
      for (int i = 0; i < DialLimits.MAX_PER_PEER; i++) {
        assertThat(alice.call(() -> alice.port.dial(BOB, at, new Outcomes()))).isTrue();
      }
      assertThat(alice.call(() -> alice.port.dial(BOB, at, new Outcomes()))).isFalse();
    }
  }

  @Test
  void aFloodOfConnectionsHoldsAFewPlacesUntilTheirTimeIsOver() throws Exception {
    for (int i = 0; i < 200; i++) {
      connect(bob);
    }
    await().atMost(LONG).until(() -> bob.dropped(Drop.TCP_REFUSED) >= 200 - Untied.MAX_PER_SOURCE);
    assertThat(bob.call(() -> bob.port.held()))
        .isEqualTo(new TcpPort.Held(Untied.MAX_PER_SOURCE, 0, Untied.MAX_PER_SOURCE));
    await().atMost(LONG).until(() -> bob.call(() -> bob.port.held().connections()) == 0);
    assertThat(bob.dropped(Drop.TCP_HOSTILE)).isEqualTo(Untied.MAX_PER_SOURCE);
    assertThat(bob.call(() -> bob.port.held())).isEqualTo(new TcpPort.Held(0, 0, 0));
  }

  @Test
  void whoKnowsNoTagGetsNoByte() throws Exception {
    Socket socket = connect(bob);
    new DataOutputStream(socket.getOutputStream())
        .write(
            new byte[] {
              0, 26, 6, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
              21, 22, 23, 24
            });
    socket.setSoTimeout((int) LONG.toMillis());
    assertThat(socket.getInputStream().read()).isEqualTo(-1);
    assertThat(bob.dropped(Drop.TCP_HOSTILE)).isEqualTo(1);
  }

  @Test
  void whatAPeerDoesNotReadIsDroppedPastAShortQueue() throws Exception {
    Socket socket = connect(bob);
    KnownLink link = new KnownLink(BOB, keys(TO_ALICE, TO_BOB));
    Opening opening = new Opening(tag -> link, link, new Random(5));
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    DataInputStream in = new DataInputStream(socket.getInputStream());
    write(out, opening.begin());
    for (int i = 0; i < 2; i++) {
      byte[] frame = in.readNBytes(in.readUnsignedShort());
      write(out, opening.onFrame(Unpooled.wrappedBuffer(frame)));
    }
    await().atMost(LONG).until(() -> !bob.call(() -> bob.paths.tcp().connections(ALICE)).isEmpty());
    TcpCarrier connection = bob.call(() -> bob.paths.tcp().connections(ALICE)).get(0);

    int most = 64 << 20;
    int sent = 0;
    while (sent < most
        && bob.call(() -> connection.send(Unpooled.wrappedBuffer(new byte[1_200])))) {
      sent += 1_200;
    }
    assertThat(sent).isPositive().isLessThan(most);
    assertThat(connection.isOpen()).isTrue();
  }

  private static void write(DataOutputStream out, List<byte[]> frames) throws IOException {
    for (byte[] frame : frames) {
      out.writeShort(frame.length);
      out.write(frame);
    }
  }
}
