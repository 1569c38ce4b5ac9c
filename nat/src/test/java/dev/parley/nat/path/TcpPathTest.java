package dev.parley.nat.path;

import static dev.parley.nat.path.SwitchHarness.MS;
import static dev.parley.nat.path.SwitchHarness.OPENING;
import static dev.parley.nat.path.SwitchHarness.ORDINARY;
import static dev.parley.nat.path.SwitchHarness.OTHER;
import static dev.parley.nat.path.SwitchHarness.PEER;
import static dev.parley.nat.path.SwitchHarness.address;
import static dev.parley.nat.path.SwitchHarness.datagram;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.nat.PeerKey;
import dev.parley.nat.TcpCarrier;
import dev.parley.nat.path.SwitchHarness.Peer;
import dev.parley.nat.path.SwitchHarness.Sent;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the switch makes of TCP connections, which are played by the test. */
class TcpPathTest {
  private static final InetSocketAddress HOME = address(1);
  private static final String AT_TCP = "198.51.100.9:5009";

  private final SwitchHarness net = new SwitchHarness();

  @AfterEach
  void close() {
    net.close();
  }

  /** The peer's end of a connection answers probes as long as it is told to. */
  private final class Connection implements TcpCarrier {
    private final PeerKey peer;
    final List<byte[]> sent = new ArrayList<>();
    boolean open = true;
    boolean busy;

    Connection(PeerKey peer) {
      this.peer = peer;
    }

    @Override
    public PeerKey peer() {
      return peer;
    }

    @Override
    public InetSocketAddress remote() {
      return address(9);
    }

    @Override
    public boolean send(ByteBuf datagram) {
      if (open && !busy) {
        sent.add(SwitchHarness.bytesOf(datagram));
      }
      datagram.release();
      return open && !busy;
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public void close(String reason) {
      open = false;
      net.paths.tcp().untie(this);
    }

    void receive(byte[] bytes) {
      net.paths.tcp().onDatagram(this, net.memory.buffer(bytes.length).writeBytes(bytes));
      net.channel.runPendingTasks();
    }

    void answer(Peer by) {
      List<byte[]> requests = sent.stream().filter(bytes -> bytes[0] == Probe.MAGIC).toList();
      sent.clear();
      requests.stream()
          .filter(bytes -> bytes[1] == Probe.REQUEST)
          .forEach(request -> receive(by.answerTo(request)));
    }

    List<byte[]> datagrams() {
      return sent.stream().filter(bytes -> bytes[0] != Probe.MAGIC).toList();
    }
  }

  private Flow linkOverRelay() {
    Flow flow = net.paths.dial(PEER, List.of(), List.of(net.relay));
    net.write(flow, datagram(OPENING, 5, 1200));
    net.receiveRelayed(PEER, datagram(ORDINARY, 5, 60));
    net.paths.name(flow, PEER);
    net.sent();
    return flow;
  }

  private Connection proven(Peer peer) {
    Connection connection = new Connection(PEER);
    assertThat(net.paths.tcp().tie(connection)).isTrue();
    connection.answer(peer);
    return connection;
  }

  private String pathNow() {
    return net.paths
        .current(PEER)
        .map(path -> path.kind() + " " + path.transport() + " " + path.remote())
        .orElse("none");
  }

  @Test
  void aTiedConnectionIsUsedOnceAFullSizeProbeHasBeenAnsweredOverItAndNotBefore() {
    Flow flow = linkOverRelay();
    Peer peer = net.authorize(PEER, 7);
    Connection connection = new Connection(PEER);
    assertThat(net.paths.tcp().tie(connection)).isTrue();
    net.write(flow, datagram(ORDINARY, 5, 100));
    assertThat(connection.datagrams()).isEmpty();
    assertThat(connection.sent).hasSize(1).allMatch(bytes -> bytes.length == Probe.FULL);

    connection.answer(peer);
    net.sent();
    net.write(flow, datagram(ORDINARY, 5, 100));
    assertThat(connection.datagrams()).hasSize(1);
    assertThat(net.sent()).allMatch(Sent::isProbe);
    assertThat(pathNow()).isEqualTo("DIRECT TCP " + AT_TCP);
    assertThat(net.paths.tcp().inUse(PEER)).isSameAs(connection);
  }

  @Test
  void whatComesOverAConnectionReachesItsFlowAndProbesAreAnsweredWhereTheyCameFrom() {
    Flow flow = linkOverRelay();
    Peer peer = net.authorize(PEER, 7);
    Connection connection = proven(peer);
    connection.receive(datagram(ORDINARY, 5, 80));
    assertThat(net.delivered()).contains(flow.address());
    assertThat(flow.lastInbound()).extracting(PathReport::remote).isEqualTo(AT_TCP);
    connection.receive(peer.request(Probe.SMALL));
    assertThat(connection.sent).hasSize(1).allMatch(bytes -> bytes[1] == Probe.ANSWER);
  }

  @Test
  void aConnectionThatIsClosedIsLeftAtOnceAndThePathIsGone() {
    Flow flow = linkOverRelay();
    Peer peer = net.authorize(PEER, 7);
    peer.answer();
    Connection connection = proven(peer);
    net.sent();
    connection.close("cut");
    assertThat(pathNow()).startsWith("RELAY");
    net.write(flow, datagram(ORDINARY, 5, 100));
    assertThat(net.targets()).hasSize(1).containsOnlyNulls();
    assertThat(net.paths.tcp().connections(PEER)).isEmpty();
    assertThat(net.switches).endsWith(AT_TCP, net.relay.name());
  }

  @Test
  void aSilentConnectionIsLeftWithinThreeSecondsAndClosedWhenItStaysSilent() {
    Flow flow = linkOverRelay();
    Peer peer = net.authorize(PEER, 7);
    Connection connection = proven(peer);
    int millis = 0;
    for (; !pathNow().startsWith("RELAY") && millis < 10_000; millis += 50) {
      net.write(flow, datagram(ORDINARY, 5, 100));
      net.advance(50 * MS);
      peer.answer();
    }
    assertThat(millis).isLessThanOrEqualTo(3_000);
    assertThat(connection.open).isTrue();
    for (; connection.open && millis < 60_000; millis += 50) {
      net.advance(50 * MS);
    }
    assertThat(millis).isBetween(6_000, 15_000);
    assertThat(net.paths.tcp().connections(PEER)).isEmpty();
  }

  @Test
  void aConnectionThatStoodStillAndGoesOnIsUsedAgain() {
    Flow flow = linkOverRelay();
    Peer peer = net.authorize(PEER, 7);
    Connection connection = proven(peer);
    for (int i = 0; i < 60; i++) {
      net.write(flow, datagram(ORDINARY, 5, 100));
      net.advance(50 * MS);
      peer.answer();
    }
    assertThat(pathNow()).startsWith("RELAY");
    for (int i = 0; i < 10; i++) {
      connection.answer(peer);
      net.advance(50 * MS);
    }
    assertThat(pathNow()).isEqualTo("DIRECT TCP " + AT_TCP);
  }

  @Test
  void udpIsTriedBesideTcpAndPreferredOnceItAnswers() {
    Flow flow = linkOverRelay();
    Peer peer = net.authorize(PEER, 7);
    Connection connection = proven(peer);
    assertThat(net.paths.isDirectBy(PEER, PathTransport.TCP)).isTrue();
    assertThat(net.paths.isDirectBy(PEER, PathTransport.UDP)).isFalse();
    net.paths.offer(PEER, List.of(HOME), List.of());
    assertThat(pathNow()).startsWith("DIRECT TCP");
    peer.answer(HOME);
    assertThat(pathNow()).startsWith("DIRECT UDP");
    assertThat(net.paths.isDirectBy(PEER, PathTransport.UDP)).isTrue();
    connection.sent.clear();
    net.write(flow, datagram(ORDINARY, 5, 100));
    assertThat(connection.datagrams()).isEmpty();
  }

  @Test
  void aPeerMayHaveSoManyConnectionsAndNoMore() {
    linkOverRelay();
    net.authorize(PEER, 7);
    List<Connection> connections = new ArrayList<>();
    for (int i = 0; i < KnownPaths.MAX_TCP; i++) {
      connections.add(new Connection(PEER));
      assertThat(net.paths.tcp().tie(connections.get(i))).isTrue();
    }
    assertThat(net.paths.tcp().tie(new Connection(PEER))).isFalse();
    assertThat(net.paths.tcp().connections(PEER)).containsExactlyElementsOf(connections);
    connections.get(0).close("gone");
    assertThat(net.paths.tcp().tie(new Connection(PEER))).isTrue();
  }

  @Test
  void connectionsAndAddressesNeverCrowdEachOtherOut() {
    linkOverRelay();
    net.authorize(PEER, 7);
    Connection connection = new Connection(PEER);
    net.paths.tcp().tie(connection);
    for (int i = 0; i < 2 * KnownPaths.MAX_DIRECT; i++) {
      net.paths.offer(PEER, List.of(address(100 + i)), List.of());
    }
    assertThat(net.paths.tcp().connections(PEER)).containsExactly(connection);
  }

  @Test
  void withoutALinkNothingIsTied() {
    linkOverRelay();
    assertThat(net.paths.tcp().tie(new Connection(PEER))).isFalse();
    assertThat(net.paths.tcp().with(PEER)).isNull();
    assertThat(net.paths.tcp().tie(new Connection(OTHER))).isFalse();
    assertThat(net.paths.tcp().byTag(7)).isNull();
  }

  @Test
  void aConnectionIsClosedWhenThePeersLastLinkIsOver() {
    Flow flow = linkOverRelay();
    Connection connection = proven(net.authorize(PEER, 7));
    net.paths.close(flow);
    assertThat(connection.open).isFalse();
    net.sent();
    net.advance(600_000 * MS);
    assertThat(net.sent()).isEmpty();
  }

  @Test
  void aClosedConnectionDoesNotComeBackByAProbeThatWasUnderWay() {
    linkOverRelay();
    Peer peer = net.authorize(PEER, 7);
    Connection connection = proven(peer);
    connection.close("cut");
    connection.receive(peer.request(Probe.SMALL));
    assertThat(net.paths.tcp().connections(PEER)).isEmpty();
  }

  @Test
  void probesOfAnotherPeersLinkAreNotTakenFromAConnection() {
    linkOverRelay();
    Connection connection = proven(net.authorize(PEER, 7));
    net.connected(OTHER, HOME, 6);
    Peer other = net.authorize(OTHER, 8);
    connection.sent.clear();
    connection.receive(other.request(Probe.SMALL));
    assertThat(connection.sent).isEmpty();
    assertThat(net.dropped(Drop.FORGED_PROBE)).isEqualTo(1);
  }

  @Test
  void stunIsNotTakenFromAConnection() {
    linkOverRelay();
    Connection connection = proven(net.authorize(PEER, 7));
    connection.receive(new byte[20]);
    assertThat(net.stun).isEmpty();
    assertThat(net.dropped(Drop.UNKNOWN_FORM)).isEqualTo(1);
  }

  @Test
  void aBusyConnectionCostsDatagramsWhichAreCounted() {
    Flow flow = linkOverRelay();
    Connection connection = proven(net.authorize(PEER, 7));
    connection.sent.clear();
    net.writeSegmented(flow, datagram(ORDINARY, 5, 2_500), 1_200);
    assertThat(connection.datagrams())
        .extracting(bytes -> bytes.length)
        .containsExactly(1_200, 1_200, 100);
    connection.busy = true;
    net.writeSegmented(flow, datagram(ORDINARY, 5, 2_500), 1_200);
    assertThat(net.dropped(Drop.TCP_BUSY)).isEqualTo(3);
  }
}
