package dev.parley.discovery.dht;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.discovery.DiscoveryRecords;
import dev.parley.identity.Identity;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class MainlineDhtTest {
  private static final long SEED = 20_261_128;
  private static final int NODES = 30;

  private final Identity alice = Identity.ephemeral(new SecureRandom());
  private final Identity bob = Identity.ephemeral(new SecureRandom());
  private final SimulatedDht world = new SimulatedDht(NODES, SEED);
  private final MainlineDht ofAlice = world.client(alice);
  private final MainlineDht ofBob = world.client(bob);

  @Test
  void aRecordIsFoundThoughAThirdOfTheNodesIsDead() {
    for (int i = 2; i < NODES; i += 3) {
      world.nodes.get(i).silent = true;
    }
    DiscoveryRecord record = record(alice, 5);

    publish(ofAlice, record);
    assertThat(world.find(ofBob, alice.id())).contains(record);

    // The others of the eight nearest that nodes tell of are dead.
    assertThat(ofAlice.lastStored()).isBetween(Lookup.K / 2, Lookup.K);
    assertThat(ofAlice.status().problem()).isEmpty();
    assertThat(ofAlice.status().nodes()).isPositive();
  }

  @Test
  void aRecordIsFoundThoughAThirdDiesAfterItWasPublished() {
    publish(ofAlice, record(alice, 5));
    for (int i = 0; i < NODES; i += 3) {
      world.nodes.get(i).silent = true;
    }

    assertThat(world.find(ofBob, alice.id())).contains(record(alice, 5));
  }

  @Test
  void forgedRecordsAreNeverBelieved() {
    NodeId target = SimulatedDht.target(alice.id());
    MutableItem bobs = RecordItems.of(bob, record(bob, 9), 9);
    MutableItem forged =
        new MutableItem(
            alice.id(), RecordItems.salt(alice.id()), 9, bobs.value(), bobs.signature());
    world.nodes.forEach(node -> node.plant(target, forged));
    assertThat(world.find(ofBob, alice.id())).isEmpty();

    world.nodes.forEach(node -> node.plant(target, bobs));
    assertThat(world.find(ofBob, alice.id())).isEmpty();
  }

  @Test
  void theNewestRecordIsFoundAmongReplayedOnes() {
    publish(ofAlice, record(alice, 5));
    MutableItem old = RecordItems.of(alice, record(alice, 4), 4);
    NodeId target = SimulatedDht.target(alice.id());
    world.nodes.stream()
        .sorted(Comparator.comparing(node -> node.id, target.nearest()))
        .limit(Lookup.K - 1)
        .forEach(node -> node.plant(target, old));

    assertThat(world.find(ofBob, alice.id())).contains(record(alice, 5));
  }

  @Test
  void aNodeThatWasSetBackPublishesBeyondWhatLiesThere() {
    NodeId target = SimulatedDht.target(alice.id());
    MutableItem later = RecordItems.of(alice, record(alice, 3), 1_000);
    world.nodes.forEach(node -> node.plant(target, later));

    publish(ofAlice, record(alice, 7));

    assertThat(ofAlice.lastStored()).isEqualTo(Lookup.K);
    assertThat(world.find(ofBob, alice.id())).contains(record(alice, 7));
  }

  @Test
  void itIsPublishedAgainEveryHourAndSoonAfterAChange() {
    publish(ofAlice, record(alice, 1));
    world.nodes.forEach(node -> node.items.clear());
    world.pass(Publisher.INTERVAL.toSeconds() - 60);
    assertThat(world.keepers(alice.id())).isZero();
    world.pass(90);
    assertThat(world.keepers(alice.id())).isEqualTo(Lookup.K);

    ofAlice.publish(record(alice, 2));
    world.pass(90);
    assertThat(world.find(ofBob, alice.id())).contains(record(alice, 2));
  }

  @Test
  void aDhtThatIsNotThereIsToldAndAskedLittle() {
    world.nodes.forEach(node -> node.silent = true);
    ofAlice.publish(record(alice, 1));
    world.pass(24 * 3_600);

    assertThat(ofAlice.status().problem()).isEqualTo("no node of the DHT answers");
    assertThat(world.sent).isLessThan(24 * 10);
    world.nodes.forEach(node -> node.silent = false);
    world.await(() -> ofAlice.lastStored() == Lookup.K, 3_700);
    assertThat(ofAlice.status().problem()).isEmpty();
  }

  @Test
  void whatItSendsIsBounded() {
    for (int hour = 0; hour < 3; hour++) {
      for (int i = 0; i < 1_000; i++) {
        var unused = ofBob.find(alice.id());
        world.pass(3);
      }
    }
    assertThat(world.sent)
        .isGreaterThan(QueryBudget.PER_HOUR)
        .isLessThanOrEqualTo(QueryBudget.BURST + 3 * QueryBudget.PER_HOUR);
    assertThat(ofBob.outstanding()).isLessThanOrEqualTo(Questions.MAX_OUTSTANDING);
  }

  @Test
  void strangersGetNoAnswer() {
    InetSocketAddress stranger = new InetSocketAddress("127.0.0.1", 4_444);
    ByteString ping =
        ByteString.copyFromUtf8("d1:ad2:id20:aaaaaaaaaaaaaaaaaaaae1:q4:ping1:t2:aa1:y1:qe");
    ofAlice.onDatagram(stranger, ping.toByteArray());
    ofAlice.onDatagram(stranger, new byte[] {1, 2, 3});

    assertThat(world.sent).isZero();
    assertThat(ofAlice.dropped()).isEqualTo(2);
  }

  private void publish(MainlineDht client, DiscoveryRecord record) {
    client.publish(record);
    world.await(() -> client.lastStored() > 0, 120);
  }

  private static DiscoveryRecord record(Identity identity, long sequence) {
    return DiscoveryRecords.sign(
        identity,
        List.of(),
        List.of(new InetSocketAddress("192.0.2.1", 4_242)),
        sequence,
        Instant.ofEpochMilli(1_700_000_000_000L));
  }
}
