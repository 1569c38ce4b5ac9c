package dev.parley.discovery.dht;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.protobuf.ByteString;
import dev.parley.proto.id.PeerId;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The bounds: of a lookup, of what is remembered, of what is sent, and when. */
class LookupTest {
  private final Random random = new Random(7);
  private final NodeId target = NodeId.random(random);

  @Test
  void aLookupAmongEverNearerForgedNodesEnds() {
    Lookup lookup = new Lookup(target, List.of(node()), List.of());
    int asked = 0;
    Optional<Lookup.Candidate> next = lookup.next();
    while (next.isPresent()) {
      asked++;
      assertThat(lookup.onReply(next.get(), reply(next.get().id().orElseThrow(), crowd(16))))
          .isTrue();
      assertThat(lookup.candidates()).isLessThanOrEqualTo(Lookup.MAX_CANDIDATES);
      next = lookup.next();
    }
    assertThat(asked).isLessThanOrEqualTo(Lookup.MAX_QUESTIONS);
    assertThat(lookup.isDone()).isTrue();
    assertThat(lookup.closest()).hasSizeLessThanOrEqualTo(Lookup.K);
  }

  @Test
  void threeAreAskedAtATime() {
    Lookup lookup = new Lookup(target, crowd(8), List.of());
    for (int i = 0; i < Lookup.ALPHA; i++) {
      assertThat(lookup.next()).isPresent();
    }
    assertThat(lookup.next()).isEmpty();
    assertThat(lookup.isDone()).isFalse();
  }

  @Test
  void whoAnswersUnderAnotherIdCountsForNothing() {
    Lookup lookup = new Lookup(target, List.of(node()), List.of());
    Lookup.Candidate asked = lookup.next().orElseThrow();

    assertThat(lookup.onReply(asked, reply(NodeId.random(random), crowd(8)))).isFalse();

    assertThat(lookup.isDone()).isTrue();
    assertThat(lookup.closest()).isEmpty();
  }

  @Test
  void oneMachineOfTheInternetIsOneNode() {
    List<DhtNode> sybils =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    new DhtNode(
                        NodeId.random(random), new InetSocketAddress("192.0.2.1", 5_000 + i)))
            .toList();
    assertThat(new Lookup(target, sybils, List.of()).candidates()).isEqualTo(1);
  }

  @Test
  void theTableKeepsEightOfEachDistanceAndForgetsTheSilent() {
    NodeTable table = new NodeTable(target);
    Set<DhtNode> met = new HashSet<>();
    for (int i = 0; i < 5_000; i++) {
      DhtNode node = node();
      met.add(node);
      table.onAnswer(node);
    }
    assertThat(table.size()).isLessThanOrEqualTo(NodeTable.MAX_NODES).isGreaterThan(40);
    assertThat(table.nearest(NodeId.random(random))).hasSize(Lookup.K);
    met.forEach(node -> table.onSilence(node.id()));
    assertThat(table.size()).isZero();
  }

  @Test
  void theBudgetHoldsForAnHour() {
    QueryBudget budget = new QueryBudget(0);
    int taken = 0;
    for (int second = 0; second < 3_600; second++) {
      for (int i = 0; i < 10; i++) {
        taken += budget.tryTake(TimeUnit.SECONDS.toNanos(second)) ? 1 : 0;
      }
    }
    assertThat(taken).isBetween(QueryBudget.PER_HOUR, QueryBudget.PER_HOUR + QueryBudget.BURST);
  }

  @Test
  void aContactIsLookedUpWithGrowingPausesAndAtMostSoManyAreRemembered() {
    SearchPlan plan = new SearchPlan();
    PeerId peer = peer(0);
    int searches = 0;
    long hours = 24;
    for (long second = 0; second < hours * 3_600; second++) {
      searches += plan.tryBegin(peer, TimeUnit.SECONDS.toNanos(second)) ? 1 : 0;
    }
    assertThat(searches).isBetween((int) hours, (int) hours + 6);
    plan.onUp(peer);
    assertThat(plan.tryBegin(peer, TimeUnit.HOURS.toNanos(hours))).isTrue();

    for (int i = 0; i < 2 * SearchPlan.MAX_PEERS; i++) {
      plan.tryBegin(peer(i), 0);
    }
    assertThat(plan.size()).isEqualTo(SearchPlan.MAX_PEERS);
  }

  @Test
  void aRecordThatFlapsIsPublishedOnceAMinute() {
    Publisher publisher = new Publisher();
    int published = 0;
    for (long second = 0; second < 600; second++) {
      long now = TimeUnit.SECONDS.toNanos(second);
      publisher.onChange(now);
      for (long later = now; later < now + Duration.ofSeconds(1).toNanos(); later += 250_000_000) {
        if (publisher.isDue(later)) {
          publisher.onBegin(later);
          publisher.onEnd(8, later, Instant.EPOCH);
          published++;
        }
      }
    }
    assertThat(published).isBetween(9, 10);
  }

  @Test
  void aNodeOfTheInternetLeadsNobodyToThisNetwork() {
    InetSocketAddress internet = new InetSocketAddress("192.0.2.1", 6_881);
    InetSocketAddress home = new InetSocketAddress("192.168.1.1", 6_881);
    InetSocketAddress here = new InetSocketAddress("127.0.0.1", 6_881);

    assertThat(NodeAddresses.mayTellOf(internet, internet)).isTrue();
    assertThat(NodeAddresses.mayTellOf(internet, home)).isFalse();
    assertThat(NodeAddresses.mayTellOf(internet, here)).isFalse();
    assertThat(NodeAddresses.mayTellOf(home, here)).isFalse();
    assertThat(NodeAddresses.mayTellOf(home, home)).isTrue();
    assertThat(NodeAddresses.mayTellOf(here, here)).isTrue();
  }

  @Test
  void nodesAreReadAsTheyAreWrittenAndThoseWhoCannotBeAskedAreLeftOut() {
    List<DhtNode> nodes = crowd(8);
    ByteString told = CompactNodes.encode(nodes, CompactNodes.IPV4_BYTES);
    assertThat(CompactNodes.decode(told, CompactNodes.IPV4_BYTES)).isEqualTo(nodes);
    assertThat(CompactNodes.decode(told.substring(0, told.size() - 1), CompactNodes.IPV4_BYTES))
        .hasSize(7);

    List<DhtNode> useless =
        List.of(
            new DhtNode(target, new InetSocketAddress("192.0.2.1", 53)),
            new DhtNode(target, new InetSocketAddress("192.0.2.1", 1_900)),
            new DhtNode(target, new InetSocketAddress("0.0.0.0", 6_881)),
            new DhtNode(target, new InetSocketAddress("224.0.0.1", 6_881)),
            new DhtNode(target, new InetSocketAddress("255.255.255.255", 6_881)));
    ByteString bad = CompactNodes.encode(useless, CompactNodes.IPV4_BYTES);
    assertThat(CompactNodes.decode(bad, CompactNodes.IPV4_BYTES)).isEmpty();
  }

  private NodeReply reply(NodeId id, ImmutableList<DhtNode> nodes) {
    return new NodeReply(id, nodes, Optional.empty(), Bencoded.dict(ImmutableMap.of()));
  }

  private ImmutableList<DhtNode> crowd(int size) {
    ImmutableList.Builder<DhtNode> crowd = ImmutableList.builder();
    for (int i = 0; i < size; i++) {
      crowd.add(node());
    }
    return crowd.build();
  }

  private DhtNode node() {
    return new DhtNode(
        NodeId.random(random),
        new InetSocketAddress("127.0.0." + (1 + random.nextInt(200)), 1_100 + random.nextInt(700)));
  }

  private PeerId peer(int number) {
    byte[] key = new byte[PeerId.BYTES];
    key[0] = (byte) number;
    key[1] = (byte) (number >> 8);
    return PeerId.of(key);
  }
}
