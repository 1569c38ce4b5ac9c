package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.parley.diagnosis.NatFacts;
import dev.parley.link.Link;
import dev.parley.nat.netcheck.NatBehavior;
import dev.parley.peer.v1.NatNotice;
import dev.parley.peer.v1.NatReport;
import dev.parley.proto.id.PeerId;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who tells whom what of its network, and how often, in virtual time. */
class PeerNatsTest {
  private static final PeerId BOB = peer(2);
  private static final PeerId STRANGER = peer(3);
  private static final NatFacts SYMMETRIC =
      new NatFacts(
          true,
          true,
          false,
          NatBehavior.ADDRESS_AND_PORT_DEPENDENT,
          NatBehavior.UNKNOWN,
          Optional.of(false),
          false);

  private final List<NatNotice> sent = new ArrayList<>();
  private final List<PeerId> sentTo = new ArrayList<>();
  private final Set<InetSocketAddress> servers = new HashSet<>();
  private long now = 5_000_000_000L;
  private boolean symmetric;
  private final OwnNat own = new OwnNat(() -> servers, this::measure, () -> false, () -> now);
  private final PeerNats nats =
      new PeerNats(
          own,
          BOB::equals,
          (peer, notice) -> {
            sentTo.add(peer);
            sent.add(notice);
          },
          () -> now);

  private CompletableFuture<NetcheckReport> measure() {
    return CompletableFuture.completedFuture(
        new NetcheckReport(
            true,
            true,
            false,
            symmetric
                ? NetcheckReport.Behavior.ADDRESS_AND_PORT_DEPENDENT
                : NetcheckReport.Behavior.ENDPOINT_INDEPENDENT,
            NetcheckReport.Behavior.UNKNOWN,
            Optional.empty(),
            ImmutableList.of(),
            ImmutableList.of()));
  }

  private void measured() {
    own.onChange(nats::onOwnChanged);
    servers.add(new InetSocketAddress("192.0.2.1", 3478));
    own.tick();
  }

  private void advance(long seconds) {
    now += Duration.ofSeconds(seconds).toNanos();
  }

  @Test
  void aContactIsToldWhenTheLinkComesUpAndWhenSomethingHasChanged() {
    nats.onUp(link(BOB));
    assertThat(sent).isEmpty();
    measured();
    assertThat(sent).hasSize(1);
    assertThat(sent.get(0).getReport().getUdp()).isTrue();
    nats.onUp(link(BOB));
    assertThat(sent).hasSize(2);
    advance(OwnNat.REFRESH_SECONDS);
    own.tick();
    assertThat(sent).as("measured again, and the same").hasSize(2);
    symmetric = true;
    advance(OwnNat.MIN_GAP_SECONDS);
    own.onNetworkChanged();
    own.tick();
    assertThat(sent).hasSize(3);
  }

  @Test
  void aStrangerIsToldNothingEvenWhenItAsks() {
    measured();
    nats.onUp(link(STRANGER));
    nats.onNotice(STRANGER, NatNotice.newBuilder().setAsk(true).build());
    assertThat(nats.ask(STRANGER)).isDone();
    assertThat(sentTo).isEmpty();
  }

  @Test
  void aQuestionIsAnsweredAndTheAnswerAsksNothingBack() {
    measured();
    nats.onUp(link(BOB));
    nats.onNotice(BOB, NatNotice.newBuilder().setAsk(true).build());
    assertThat(sent).hasSize(2);
    assertThat(sent.get(1).getAsk()).isFalse();
    assertThat(sent.get(1).hasReport()).isTrue();
  }

  @Test
  void whatAPeerTellsGrowsOldAndIsForgottenWithItsLink() {
    nats.onUp(link(BOB));
    nats.onNotice(BOB, told(SYMMETRIC, 40));
    advance(2);
    NatFrames.Told known = nats.told(BOB).orElseThrow();
    assertThat(known.facts()).isEqualTo(SYMMETRIC);
    assertThat(known.age()).isEqualTo(Duration.ofSeconds(42));
    nats.onDown(link(BOB), "over");
    assertThat(nats.told(BOB)).isEmpty();
  }

  @Test
  void aPeerThatTellsOrAsksWithoutEndIsHeardSoOftenAMinute() {
    measured();
    nats.onUp(link(BOB));
    sent.clear();
    NatNotice ask = NatNotice.newBuilder().setAsk(true).build();
    for (int i = 0; i < 1_000; i++) {
      nats.onNotice(BOB, ask);
    }
    nats.onNotice(BOB, told(SYMMETRIC, 0));
    assertThat(sent).hasSize(PeerNats.NOTICES_PER_MINUTE);
    assertThat(nats.told(BOB)).isEmpty();
    assertThat(nats.dropped()).isEqualTo(1_001 - PeerNats.NOTICES_PER_MINUTE);
    advance(60);
    nats.onNotice(BOB, told(SYMMETRIC, 0));
    assertThat(nats.told(BOB)).isPresent();
  }

  @Test
  void onePeerIsAskedSoOftenAndNoMore() {
    nats.onUp(link(BOB));
    CompletableFuture<Void> first = nats.ask(BOB);
    CompletableFuture<Void> second = nats.ask(BOB);
    assertThat(sent).hasSize(1);
    assertThat(first).isNotDone();
    assertThat(second).isNotDone();
    nats.onNotice(BOB, told(SYMMETRIC, 0));
    assertThat(first).isDone();
    assertThat(second).isDone();
    assertThat(nats.ask(BOB)).as("it has just said it").isDone();
    advance(PeerNats.ASK_GAP_SECONDS);
    assertThat(nats.ask(BOB)).isNotDone();
    assertThat(sent).hasSize(2);
  }

  @Test
  void soManyWaitForOnePeerAndTheRestDoNotWait() {
    nats.onUp(link(BOB));
    for (int i = 0; i < PeerNats.MAX_WAITING; i++) {
      assertThat(nats.ask(BOB)).isNotDone();
    }
    assertThat(nats.ask(BOB)).isDone();
  }

  @Test
  void whoeverWaitsForAPeerThatGoesIsLetGo() {
    nats.onUp(link(BOB));
    CompletableFuture<Void> waiting = nats.ask(BOB);
    nats.onDown(link(BOB), "over");
    assertThat(waiting).isDone();
    assertThat(nats.ask(BOB)).as("no link").isDone();
  }

  @Test
  void aReportThatContradictsItselfIsRefusedAndChangesNothing() {
    nats.onUp(link(BOB));
    nats.onNotice(BOB, told(SYMMETRIC, 0));
    NatReport good = NatFrames.encode(SYMMETRIC, Duration.ZERO);
    List<NatReport> bad =
        List.of(
            good.toBuilder().setUdp(false).build(),
            good.toBuilder().setIpv4(false).build(),
            good.toBuilder().setFilteringValue(1).build(),
            good.toBuilder().setAgeSeconds(NatFrames.MAX_AGE + 1).build(),
            good.toBuilder().setAgeSeconds(-1).build());
    bad.forEach(report -> nats.onNotice(BOB, NatNotice.newBuilder().setReport(report).build()));
    assertThat(nats.dropped()).isEqualTo(bad.size());
    assertThat(nats.told(BOB).orElseThrow().facts()).isEqualTo(SYMMETRIC);
  }

  @Test
  void aWordOfALaterVersionIsUnknownAndTheRestIsTaken() {
    NatReport report =
        NatFrames.encode(SYMMETRIC, Duration.ZERO).toBuilder().setMappingValue(77).build();
    NatFacts read = NatFrames.decode(report).orElseThrow().facts();
    assertThat(read.mapping()).isEqualTo(NatBehavior.UNKNOWN);
    assertThat(read.hairpin()).contains(false);
  }

  private static NatNotice told(NatFacts facts, long ageSeconds) {
    return NatNotice.newBuilder()
        .setReport(NatFrames.encode(facts, Duration.ofSeconds(ageSeconds)))
        .build();
  }

  private static PeerId peer(int first) {
    byte[] bytes = new byte[PeerId.BYTES];
    bytes[0] = (byte) first;
    return PeerId.of(bytes);
  }

  private static Link link(PeerId peer) {
    return (Link)
        Proxy.newProxyInstance(
            Link.class.getClassLoader(),
            new Class<?>[] {Link.class},
            (proxy, method, arguments) -> peer);
  }
}
