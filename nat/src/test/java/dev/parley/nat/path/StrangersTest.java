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
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What senders who have proven nothing can make the switch hold and send. */
class StrangersTest {
  private final SwitchHarness net = new SwitchHarness();
  private int nextId = 1_000;

  @AfterEach
  void close() {
    net.close();
  }

  private void knock(InetSocketAddress from) {
    net.receive(from, datagram(OPENING, nextId++, 1200));
  }

  @Test
  void onlyADatagramThatMayBeginAFlowBeginsOne() {
    net.receive(address(1), datagram(ORDINARY, 1, 1200));
    assertThat(net.paths.flows().size()).isZero();
    assertThat(net.dropped(Drop.UNKNOWN_FLOW)).isEqualTo(1);
    knock(address(1));
    assertThat(net.paths.flows().size()).isEqualTo(1);
  }

  @Test
  void oneSourceMayBeginSoManyFlowsPerSecondAndLeavesTheRestToOthers() {
    for (int i = 0; i < 2_000; i++) {
      knock(address(1));
    }
    assertThat(net.paths.flows().size()).isEqualTo((int) Strangers.PER_SOURCE_PER_SECOND);
    knock(address(2));
    assertThat(net.paths.flows().size()).isEqualTo((int) Strangers.PER_SOURCE_PER_SECOND + 1);
    assertThat(net.dropped(Drop.TOO_MANY_STRANGERS))
        .isEqualTo(2_000 - (int) Strangers.PER_SOURCE_PER_SECOND);
  }

  @Test
  void portsOfOneAddressAndAddressesOfOneSubnetOfIpv6AreOneSource() {
    for (int i = 0; i < 100; i++) {
      knock(new InetSocketAddress("203.0.113.9", 2000 + i));
      knock(new InetSocketAddress("2001:db8:1:2::" + Integer.toHexString(i), 2000));
    }
    assertThat(net.paths.flows().size()).isEqualTo(2 * (int) Strangers.PER_SOURCE_PER_SECOND);
  }

  @Test
  void oneSourceHoldsSoManyPlacesAtATime() {
    for (int second = 0; second < 8; second++) {
      for (int i = 0; i < 50; i++) {
        knock(address(1));
      }
      net.advance(1_000 * MS);
    }
    assertThat(net.paths.flows().unnamed()).isEqualTo(Strangers.MAX_UNNAMED_PER_SOURCE);
  }

  @Test
  void allTogetherBeginSoManyPerSecondAndHoldSoManyPlaces() {
    for (int i = 0; i < 1_000; i++) {
      knock(address(i % 250));
    }
    assertThat(net.paths.flows().size()).isEqualTo((int) Strangers.PER_SECOND);
    net.advance(1_000 * MS);
    for (int i = 0; i < 1_000; i++) {
      knock(address(i % 250));
    }
    assertThat(net.paths.flows().size()).isEqualTo(Strangers.MAX_UNNAMED);
    assertThat(net.paths.flows().unnamed()).isEqualTo(Strangers.MAX_UNNAMED);
    assertThat(net.ids.flows).hasSize(Strangers.MAX_UNNAMED);
  }

  @Test
  void aStrangerThatNothingBecameOfLeavesNothingBehind() {
    for (int i = 0; i < 1_000; i++) {
      knock(address(i % 250));
    }
    net.advance(Demultiplexer.STRANGER_LIFETIME_MILLIS * MS + 1);
    assertThat(net.paths.flows().size()).isZero();
    assertThat(net.paths.flows().unnamed()).isZero();
    assertThat(net.ids.flows).isEmpty();
  }

  @Test
  void aStrangerThatIsNamedInTimeStaysAndGivesItsPlaceFree() {
    knock(address(1));
    Flow flow = net.paths.flowAt(net.delivered().get(0));
    net.paths.name(flow, PEER);
    assertThat(net.paths.flows().unnamed()).isZero();
    net.advance(2 * Demultiplexer.STRANGER_LIFETIME_MILLIS * MS);
    assertThat(net.paths.flowAt(flow.address())).isSameAs(flow);
  }

  @Test
  void answersToAStrangerGoToOneDirectAddressAndTheRelayAtTheMost() {
    net.receive(address(1), datagram(OPENING, 1, 1200));
    Flow flow = net.paths.flowAt(net.delivered().get(0));
    for (int i = 2; i < 200; i++) {
      net.receive(address(i), datagram(OPENING, 1, 1200));
    }
    for (long key = 0; key < 20; key++) {
      net.receiveRelayed(new PeerKey(key, 0, 0, 0), datagram(OPENING, 1, 1200));
    }
    net.write(flow, datagram(ORDINARY, 1, 1200));
    assertThat(net.targets()).containsExactlyInAnyOrder(address(1), null);
  }

  @Test
  void aCopyThatOvertookTheStrangerDoesNotKeepItOut() {
    InetSocketAddress forged = address(66);
    InetSocketAddress genuine = address(1);
    net.receive(forged, datagram(OPENING, 1, 1200));
    Flow flow = net.paths.flowAt(net.delivered().get(0));
    net.receive(genuine, datagram(OPENING, 1, 1200));
    net.write(flow, datagram(ORDINARY, 1, 1200));
    assertThat(net.targets()).containsExactly(forged);

    net.advance(1_100 * MS);
    net.receive(genuine, datagram(OPENING, 1, 1200));
    net.write(flow, datagram(ORDINARY, 1, 1200));
    assertThat(net.targets()).containsExactly(genuine);
  }

  @Test
  void aDialGoesToSoManyAddressesAndNarrowsToTheOneThatAnswers() {
    List<InetSocketAddress> many = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      many.add(address(i));
    }
    Flow flow = net.paths.dial(PEER, many, List.of(net.relay));
    net.write(flow, datagram(OPENING, 1, 1200));
    assertThat(net.targets()).hasSize(Flow.MAX_SPREAD).contains((InetSocketAddress) null);

    net.receive(address(200), datagram(ORDINARY, 1, 1200));
    net.write(flow, datagram(OPENING, 1, 1200));
    assertThat(net.targets()).hasSize(Flow.MAX_SPREAD).doesNotContain(address(200));

    net.receive(address(3), datagram(ORDINARY, 1, 1200));
    net.write(flow, datagram(OPENING, 1, 1200));
    assertThat(net.targets()).containsExactly(address(3));
    assertThat(flow.answeredAddress()).isEqualTo(address(3));

    net.advance(1_100 * MS);
    net.write(flow, datagram(OPENING, 1, 1200));
    assertThat(net.targets()).hasSize(Flow.MAX_SPREAD);
    net.paths.close(flow);
  }

  @Test
  void aDialKnowsWhichRelaySaysThatThePeerIsAwayUntilThePeerIsHeardThroughIt() {
    Flow flow = net.paths.dial(PEER, List.of(), List.of(net.relay));
    net.write(flow, datagram(OPENING, 1, 1200));
    net.paths.onTargetAbsent(net.relay, OTHER);
    assertThat(flow.isAbsentAt(net.relay)).isFalse();
    net.paths.onTargetAbsent(net.relay, PEER);
    assertThat(flow.isAbsentAt(net.relay)).isTrue();
    net.receiveRelayed(PEER, datagram(ORDINARY, 1, 100));
    assertThat(flow.isAbsentAt(net.relay)).isFalse();
  }

  @Test
  void stunGoesToItsReceiverFromTheSocketAndIsDroppedFromARelay() {
    byte[] stun = new byte[20];
    stun[0] = 1;
    net.receive(address(1), stun);
    net.receiveRelayed(PEER, stun);
    net.receive(address(1), new byte[0]);
    net.receive(address(1), new byte[] {20});
    assertThat(net.stun).containsExactly(20);
    assertThat(net.dropped(Drop.UNKNOWN_FORM)).isEqualTo(3);
  }
}
