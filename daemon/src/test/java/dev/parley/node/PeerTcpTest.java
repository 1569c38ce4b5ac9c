package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.parley.nat.PeerKey;
import dev.parley.nat.TcpCarrier;
import dev.parley.nat.path.PathTransport;
import dev.parley.nat.tcp.DialListener;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When a peer is dialled, in virtual time; no connection is ever made. */
class PeerTcpTest {
  private static final int TICK_MILLIS = 500;

  private long now;
  private final FakePaths paths = new FakePaths();
  private final FakeDialler dialler = new FakeDialler();
  private final PeerTcp peer = peer(true);

  private PeerTcp peer(boolean tidies) {
    return new PeerTcp(tidies, paths, dialler, () -> now, new Random(1));
  }

  private void advance(PeerTcp of, long millis) {
    for (long passed = 0; passed < millis; passed += TICK_MILLIS) {
      now += TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
      of.tick();
    }
  }

  private static ImmutableList<InetSocketAddress> addresses(int from, int count) {
    return IntStream.range(from, from + count)
        .mapToObj(i -> new InetSocketAddress("198.51.100." + (i % 250 + 1), 4_000 + i))
        .collect(ImmutableList.toImmutableList());
  }

  @Test
  void udpHasAHeadStart() {
    peer.onAddresses(addresses(0, 1));
    advance(peer, PeerTcp.PATIENCE_MILLIS - TICK_MILLIS);
    assertThat(dialler.underWay).isEmpty();
    advance(peer, TICK_MILLIS);
    assertThat(dialler.underWay).containsOnlyKeys(addresses(0, 1));
  }

  @Test
  void nobodyIsDialledWhileUdpIsDirectNorForTwoSecondsAfterItIsLost() {
    paths.udp = true;
    peer.onAddresses(addresses(0, 1));
    advance(peer, 3_600_000);
    assertThat(dialler.dialled).isEmpty();
    paths.udp = false;
    advance(peer, PeerTcp.PATIENCE_MILLIS);
    assertThat(dialler.dialled).isEmpty();
    advance(peer, TICK_MILLIS);
    assertThat(dialler.dialled).hasSize(1);
  }

  @Test
  void whatWasDialledInVainIsToldUntilItWorksOrThePeerTellsItNoMore() {
    peer.onAddresses(addresses(0, 2));
    advance(peer, PeerTcp.PATIENCE_MILLIS);
    dialler.failFirst();
    dialler.failFirst();
    assertThat(peer.failures()).containsOnlyKeys(addresses(0, 2));
    peer.onAddresses(addresses(1, 2));
    assertThat(peer.failures()).containsOnlyKeys(addresses(1, 1));
  }

  @Test
  void allAddressesAreTriedAFewAtATime() {
    peer.onAddresses(addresses(0, 10));
    advance(peer, PeerTcp.PATIENCE_MILLIS);
    Set<InetSocketAddress> tried = new HashSet<>();
    while (!dialler.underWay.isEmpty()) {
      assertThat(dialler.underWay).hasSizeLessThanOrEqualTo(PeerTcp.MAX_AT_ONCE);
      tried.addAll(dialler.underWay.keySet());
      dialler.failFirst();
    }
    assertThat(tried).containsExactlyInAnyOrderElementsOf(addresses(0, 10));
    assertThat(dialler.dialled).hasSize(10);
  }

  @Test
  void whenOneIsTiedTheOthersAreNotTried() {
    peer.onAddresses(addresses(0, 10));
    advance(peer, PeerTcp.PATIENCE_MILLIS);
    paths.connections.add(new FakeConnection());
    dialler.underWay.remove(addresses(0, 1).get(0)).onTied(paths.connections.get(0));
    dialler.failFirst();
    dialler.failFirst();
    advance(peer, 8_000);
    assertThat(dialler.dialled).hasSize(PeerTcp.MAX_AT_ONCE);
  }

  @Test
  void pausesGrowToFiveMinutesWhileNobodyGetsThrough() {
    dialler.failsAtOnce = true;
    peer.onAddresses(addresses(0, 2));
    advance(peer, 3_600_000);
    // 5, 10, … 160 s are over in five minutes; then one in five minutes, give or take a quarter.
    assertThat(dialler.dialled.size() / 2).isBetween(14, 24);
  }

  @Test
  void newAddressesAndAChangeOfTheNetworkAreReasonsToTryAtOnce() {
    dialler.failsAtOnce = true;
    peer.onAddresses(addresses(0, 1));
    advance(peer, 600_000);
    int before = dialler.dialled.size();
    peer.onAddresses(addresses(0, 1));
    assertThat(dialler.dialled).hasSize(before);
    peer.onAddresses(addresses(1, 1));
    assertThat(dialler.dialled).hasSize(before + 1);
    advance(peer, PeerTcp.MIN_GAP_MILLIS);
    peer.restart();
    assertThat(dialler.dialled).hasSize(before + 2);
  }

  @Test
  void aPeerThatTellsNewAddressesWithoutEndIsDialledOnceASecond() {
    dialler.failsAtOnce = true;
    for (int i = 0; i < 10_000; i++) {
      now += TimeUnit.MILLISECONDS.toNanos(1);
      peer.onAddresses(addresses(i, 1));
    }
    assertThat(dialler.dialled.size()).isBetween(7, 9);
  }

  @Test
  void whatCannotBeDialledNowIsDialledAtTheNextTick() {
    dialler.busy = true;
    peer.onAddresses(addresses(0, 2));
    advance(peer, 4_000);
    assertThat(dialler.dialled).isEmpty();
    dialler.busy = false;
    advance(peer, TICK_MILLIS);
    assertThat(dialler.dialled).containsExactlyElementsOf(addresses(0, 2));
  }

  @Test
  void ofTwoConnectionsTheOneInUseStaysAndOneSideAloneDecides() {
    FakeConnection first = new FakeConnection();
    FakeConnection second = new FakeConnection();
    paths.connections.addAll(List.of(first, second));
    paths.tcp = true;
    paths.inUse = second;
    advance(peer(false), 10 * PeerTcp.SURPLUS_MILLIS);
    assertThat(first.open && second.open).isTrue();
    advance(peer, PeerTcp.SURPLUS_MILLIS);
    assertThat(first.open).isTrue();
    advance(peer, 2 * TICK_MILLIS);
    assertThat(first.open).isFalse();
    assertThat(second.open).isTrue();
  }

  @Test
  void besideUdpThatStaysDirectNoConnectionIsKept() {
    FakeConnection connection = new FakeConnection();
    paths.connections.add(connection);
    paths.tcp = true;
    paths.udp = true;
    advance(peer, PeerTcp.UNUSED_MILLIS);
    assertThat(connection.open).isTrue();
    advance(peer, 2 * TICK_MILLIS);
    assertThat(connection.open).isFalse();
  }

  @Test
  void afterTheLinkHasEndedNobodyIsDialled() {
    peer.onAddresses(addresses(0, 10));
    advance(peer, PeerTcp.PATIENCE_MILLIS);
    peer.close();
    dialler.failFirst();
    advance(peer, 60_000);
    assertThat(dialler.dialled).hasSize(PeerTcp.MAX_AT_ONCE);
  }

  private static final class FakePaths implements PeerTcp.Paths {
    final List<TcpCarrier> connections = new ArrayList<>();
    boolean udp;
    boolean tcp;
    @Nullable TcpCarrier inUse;

    @Override
    public boolean isDirectBy(PathTransport transport) {
      return transport == PathTransport.UDP ? udp : tcp;
    }

    @Override
    public List<TcpCarrier> connections() {
      return connections.stream().filter(TcpCarrier::isOpen).toList();
    }

    @Override
    public @Nullable TcpCarrier inUse() {
      return inUse;
    }
  }

  private static final class FakeDialler implements PeerTcp.Dialler {
    final List<InetSocketAddress> dialled = new ArrayList<>();
    final Map<InetSocketAddress, DialListener> underWay = new LinkedHashMap<>();
    boolean failsAtOnce;
    boolean busy;

    @Override
    public boolean dial(InetSocketAddress address, DialListener listener) {
      if (busy) {
        return false;
      }
      dialled.add(address);
      if (failsAtOnce) {
        listener.onFailed("Network is unreachable");
      } else {
        underWay.put(address, listener);
      }
      return true;
    }

    void failFirst() {
      InetSocketAddress first = underWay.keySet().iterator().next();
      underWay.remove(first).onFailed("connection timed out");
    }
  }

  private static final class FakeConnection implements TcpCarrier {
    boolean open = true;

    @Override
    public PeerKey peer() {
      return new PeerKey(1, 1, 1, 1);
    }

    @Override
    public InetSocketAddress remote() {
      return new InetSocketAddress("198.51.100.1", 4_000);
    }

    @Override
    public boolean send(ByteBuf datagram) {
      datagram.release();
      return open;
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public void close(String reason) {
      open = false;
    }
  }
}
