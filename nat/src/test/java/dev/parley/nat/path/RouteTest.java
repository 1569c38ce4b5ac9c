package dev.parley.nat.path;

import static dev.parley.nat.path.SwitchHarness.MS;
import static dev.parley.nat.path.SwitchHarness.OPENING;
import static dev.parley.nat.path.SwitchHarness.ORDINARY;
import static dev.parley.nat.path.SwitchHarness.OTHER;
import static dev.parley.nat.path.SwitchHarness.PEER;
import static dev.parley.nat.path.SwitchHarness.address;
import static dev.parley.nat.path.SwitchHarness.datagram;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.nat.path.SwitchHarness.Peer;
import dev.parley.nat.path.SwitchHarness.Sent;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a named peer's datagrams go out, wait, and end. */
class RouteTest {
  private static final InetSocketAddress HOME = address(1);

  private final SwitchHarness net = new SwitchHarness();

  @AfterEach
  void close() {
    net.close();
  }

  private Flow linkOverRelay() {
    Flow flow = net.paths.dial(PEER, List.of(), List.of(net.relay));
    net.write(flow, datagram(OPENING, 5, 1200));
    net.receiveRelayed(PEER, datagram(ORDINARY, 5, 60));
    net.paths.name(flow, PEER);
    net.sent();
    return flow;
  }

  @Test
  void aLinkOverTheRelayMovesToAnOfferedAddressOnceThatIsProvenAndNotBefore() {
    Flow flow = linkOverRelay();
    net.paths.offer(PEER, List.of(HOME), List.of());
    net.write(flow, datagram(ORDINARY, 5, 100));
    assertThat(net.targets()).containsOnlyNulls().hasSize(1);

    Peer peer = net.authorize(PEER, 7);
    net.write(flow, datagram(ORDINARY, 5, 100));
    List<Sent> sent = net.sent();
    assertThat(sent.stream().filter(s -> !s.isProbe())).allMatch(s -> s.to() == null);
    byte[] asked = sent.stream().filter(s -> HOME.equals(s.to())).findFirst().orElseThrow().bytes();
    assertThat(asked).hasSize(Probe.FULL);

    net.receive(HOME, peer.answerTo(asked));
    net.write(flow, datagram(ORDINARY, 5, 100));
    assertThat(net.targets()).containsExactly(HOME);
    assertThat(flow.path()).extracting(PathReport::kind).isEqualTo(PathKind.DIRECT);
  }

  @Test
  void inDoubtDatagramsGoTwiceAndAfterSilenceOverTheRelayAlone() {
    Flow flow = net.connected(PEER, HOME, 5);
    Peer peer = net.authorize(PEER, 7);
    for (int i = 0; i < 40; i++) {
      net.write(flow, datagram(ORDINARY, 5, 100));
      peer.answer(HOME);
      net.advance(100 * MS);
    }
    net.sent();
    List<Integer> copies = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      net.write(flow, datagram(ORDINARY, 5, 100));
      copies.add(net.targets().size());
      net.advance(100 * MS);
    }
    assertThat(copies).contains(2);
    net.write(flow, datagram(ORDINARY, 5, 100));
    assertThat(net.targets()).hasSize(1).containsOnlyNulls();
  }

  @Test
  void aSegmentedPacketIsSplitForTheRelayAndLeftWholeForTheSocket() {
    Flow flow = linkOverRelay();
    net.writeSegmented(flow, datagram(ORDINARY, 5, 2_500), 1_200);
    assertThat(net.sent().stream().filter(s -> !s.isProbe()))
        .extracting(s -> s.bytes().length)
        .containsExactly(1_200, 1_200, 100);
    net.paths.close(flow);

    Flow direct = net.connected(OTHER, HOME, 6);
    net.sent();
    net.writeSegmented(direct, datagram(ORDINARY, 6, 2_500), 1_200);
    assertThat(net.sent().stream().filter(s -> HOME.equals(s.to())))
        .extracting(s -> s.bytes().length)
        .containsExactly(2_500);
  }

  @Test
  void aRelayThatTakesNoMoreCostsDatagramsAndNoMemory() {
    Flow flow = linkOverRelay();
    net.relay.connected = false;
    for (int i = 0; i < 100; i++) {
      net.writeSegmented(flow, datagram(ORDINARY, 5, 2_500), 1_200);
    }
    assertThat(net.dropped(Drop.NO_PATH)).isEqualTo(300);
  }

  @Test
  void pacedDatagramsKeepTheirOrderAndTheirRate() {
    Flow flow = linkOverRelay();
    net.paths.pace(flow, 0.001); // 1 MB/s
    for (int i = 0; i < 500; i++) {
      net.write(flow, datagram(ORDINARY + 1 + i % 50, 5, 1_000));
    }
    List<Byte> order = new ArrayList<>();
    net.sent().forEach(s -> order.add(s.bytes()[0]));
    int burst = order.size();
    assertThat(burst).isBetween(16, 18);
    for (int millis = 0; millis < 600; millis++) {
      net.advance(MS);
      net.sent().stream().filter(s -> !s.isProbe()).forEach(s -> order.add(s.bytes()[0]));
      assertThat(order.size() - burst).isLessThanOrEqualTo(millis + 2);
    }
    assertThat(order).hasSize(500);
    for (int i = 0; i < 500; i++) {
      assertThat(order.get(i)).isEqualTo((byte) (ORDINARY + 1 + i % 50));
    }
  }

  @Test
  void aFlowDoesNotWaitForThePaceOfAnotherWithTheSamePeer() {
    Flow bulk = linkOverRelay();
    net.paths.pace(bulk, 0.001);
    for (int i = 0; i < 500; i++) {
      net.write(bulk, datagram(ORDINARY, 5, 1_000));
    }
    net.sent();
    Flow beside = net.paths.dialBeside(PEER);
    net.write(beside, datagram(ORDINARY + 9, 5, 40));
    assertThat(net.sent()).extracting(s -> s.bytes()[0]).containsExactly((byte) (ORDINARY + 9));
  }

  @Test
  void whatWaitsForThePacerIsBounded() {
    Flow flow = linkOverRelay();
    net.paths.pace(flow, 0.001);
    int size = 30_000;
    int fits = PacedQueue.MAX_BYTES / size;
    for (int i = 0; i < fits + 100; i++) {
      net.writeSegmented(flow, datagram(ORDINARY, 5, size), 1_200);
    }
    long dropped = net.dropped(Drop.QUEUE_FULL);
    assertThat(dropped).isBetween(90L, 100L);
    assertThat(net.memory.metric().usedHeapMemory() + net.memory.metric().usedDirectMemory())
        .isLessThanOrEqualTo(2L * PacedQueue.MAX_BYTES);
  }

  @Test
  void aFlowThatEndsWhileDatagramsWaitSendsTheLastAndReleasesTheRest() {
    Flow flow = linkOverRelay();
    net.paths.pace(flow, 0.001);
    for (int i = 0; i < 200; i++) {
      net.write(flow, datagram(ORDINARY, 5, 1_000));
    }
    net.sent();
    net.write(flow, datagram(ORDINARY + 9, 5, 40));
    net.paths.close(flow);
    assertThat(net.sent()).extracting(s -> s.bytes()[0]).containsExactly((byte) (ORDINARY + 9));
    net.advance(10_000 * MS);
    assertThat(net.sent()).isEmpty();
  }

  @Test
  void aFlowThatIsOverIsForgottenEverywhere() {
    for (int round = 0; round < 200; round++) {
      Flow flow = net.connected(PEER, address(round), round);
      Flow second = net.connected(PEER, address(round + 1), 10_000 + round);
      net.authorize(PEER, 500 + round);
      net.paths.reserve(9_000 + round);
      net.paths.close(flow);
      net.paths.close(flow);
      assertThat(net.paths.routes().size()).isEqualTo(1);
      net.paths.revoke(PEER, 9_000 + round);
      net.paths.close(second);
      net.paths.revoke(PEER, 500 + round);
      net.sent();
    }
    nothingIsLeft();
  }

  private void nothingIsLeft() {
    assertThat(net.paths.flows().size()).isZero();
    assertThat(net.paths.flows().unnamed()).isZero();
    assertThat(net.paths.routes().size()).isZero();
    assertThat(net.paths.routes().tags()).isZero();
    assertThat(net.ids.flows).isEmpty();
    net.sent();
    net.advance(600_000 * MS);
    assertThat(net.sent()).isEmpty();
  }

  @Test
  void aFlowThatIsOverCannotBeNamedAnyMore() {
    Flow flow = net.paths.dial(PEER, List.of(HOME), List.of());
    net.paths.close(flow);
    net.paths.name(flow, PEER);
    net.paths.authorize(PEER, ProbeKeys.derive(new byte[32], new byte[32], 1, 2));
    nothingIsLeft();
  }

  @Test
  void whatIsWrittenToAFlowThatIsOverIsDropped() {
    Flow flow = net.paths.dial(PEER, List.of(HOME), List.of());
    net.paths.close(flow);
    net.write(flow, datagram(ORDINARY, 1, 100));
    assertThat(net.sent()).isEmpty();
    assertThat(net.dropped(Drop.NO_PATH)).isEqualTo(1);
  }

  @Test
  void theKeysOfTheTwoNewestLinksAreGoodAndNoOthers() {
    net.connected(PEER, HOME, 5);
    Peer first = net.authorize(PEER, 101);
    Peer second = net.authorize(PEER, 102);
    Peer third = net.authorize(PEER, 103);
    net.sent();
    net.receive(HOME, second.request(Probe.SMALL));
    net.receive(HOME, third.request(Probe.SMALL));
    assertThat(net.sent().stream().filter(s -> s.bytes()[1] == Probe.ANSWER)).hasSize(2);
    net.receive(HOME, first.request(Probe.SMALL));
    assertThat(net.sent().stream().filter(s -> s.bytes()[1] == Probe.ANSWER)).isEmpty();
    assertThat(net.dropped(Drop.UNKNOWN_PROBE)).isEqualTo(1);
  }

  @Test
  void aRelayThatSaysThePeerIsAwayIsLeftForAnotherPathAtOnce() {
    linkOverRelay();
    Peer peer = net.authorize(PEER, 7);
    peer.answer();
    SwitchHarness.MemoryCarrier other = new SwitchHarness.MemoryCarrier();
    net.paths.offer(PEER, List.of(), List.of(other));
    assertThat(net.paths.current(PEER)).map(PathReport::rttNanos).contains(0L);

    net.paths.onTargetAbsent(net.relay, PEER);
    assertThat(net.paths.current(PEER)).map(PathReport::rttNanos).contains(-1L);
    assertThat(net.switches).hasSize(2);
  }

  @Test
  void anAddressThatCannotBeSentToIsCountedAndNotMore() {
    net.channel.pipeline().fireExceptionCaught(new ConnectException("Network is unreachable"));
    net.channel.pipeline().fireExceptionCaught(new IOException("Invalid argument"));
    assertThat(net.dropped(Drop.NO_PATH)).isEqualTo(2);
    net.channel.checkException();
  }

  @Test
  void takingTheSwitchAwayReleasesWhatItHolds() {
    Flow flow = linkOverRelay();
    net.paths.pace(flow, 0.001);
    for (int i = 0; i < 200; i++) {
      net.write(flow, datagram(ORDINARY, 5, 1_000));
    }
    net.channel.pipeline().remove(net.paths);
    assertThat(net.paths.flows().size()).isZero();
    assertThat(net.paths.routes().size()).isZero();
    assertThat(net.ids.flows).isEmpty();
  }
}
