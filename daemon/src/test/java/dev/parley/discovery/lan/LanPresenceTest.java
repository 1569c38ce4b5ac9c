package dev.parley.discovery.lan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.net.InetAddresses;
import com.google.protobuf.ByteString;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.discovery.DiscoveryRecords;
import dev.parley.identity.Identity;
import dev.parley.peer.v1.SignedRecord;
import dev.parley.proto.id.PeerId;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Nodes on one network, which is a list, in virtual time. */
class LanPresenceTest {
  private static final Instant START = Instant.parse("2026-11-28T12:10:00Z");
  private static final String ETH = "eth0";

  private final List<Host> hosts = new ArrayList<>();
  private final List<byte[]> captured = new ArrayList<>();
  private long now;

  /** One node. */
  private final class Host implements LanListener {
    final Identity identity = Identity.ephemeral(new SecureRandom());
    final List<PeerId> seen = new ArrayList<>();
    final List<DiscoveryRecord> records = new ArrayList<>();
    final List<InetSocketAddress> addresses = new ArrayList<>();
    final String address;
    final boolean open;
    ImmutableSet<PeerId> contacts = ImmutableSet.of();
    SignedRecord record;
    Duration wrongBy = Duration.ZERO;
    final LanPresence presence;

    Host(String address, boolean open) {
      this.address = address;
      this.open = open;
      record = sign(1);
      Clock clock = new VirtualClock(() -> START.plusNanos(now).plus(wrongBy));
      presence =
          new LanPresence(
              LanSelf.of(identity, open, 4_242, () -> contacts, () -> record),
              clock,
              new Random(address.hashCode()),
              this);
      hosts.add(this);
    }

    SignedRecord sign(long sequence) {
      return DiscoveryRecords.sign(
              identity,
              List.of(),
              List.of(new InetSocketAddress(address, 4_242)),
              sequence,
              Instant.EPOCH)
          .signed();
    }

    @Override
    public void onSeen(
        PeerId peer, ImmutableList<InetSocketAddress> at, Optional<DiscoveryRecord> newer) {
      seen.add(peer);
      addresses.addAll(at);
      newer.ifPresent(records::add);
    }
  }

  /** Tells the time of the test. */
  private static final class VirtualClock extends Clock {
    private final Supplier<Instant> time;

    VirtualClock(Supplier<Instant> time) {
      this.time = time;
    }

    @Override
    public Instant instant() {
      return time.get();
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @Test
  void contactsFindEachOtherAtOnceAndNobodyElseDoes() {
    Host alice = new Host("192.0.2.1", false);
    Host bob = new Host("192.0.2.2", false);
    Host eve = new Host("192.0.2.3", false);
    alice.contacts = ImmutableSet.of(bob.identity.id());
    bob.contacts = ImmutableSet.of(alice.identity.id());
    // She knows them, and they do not know her.
    eve.contacts = ImmutableSet.of(alice.identity.id(), bob.identity.id());
    // Alice was there first, and hears Bob's first word; he hears her second.
    run(Duration.ofMillis(1));
    assertThat(alice.seen).contains(bob.identity.id());
    run(Duration.ofSeconds(1));
    assertThat(bob.seen).contains(alice.identity.id());
    assertThat(alice.addresses).contains(new InetSocketAddress("192.0.2.2", 4_242));
    assertThat(eve.seen).isEmpty();
  }

  @Test
  void whoBecomesAContactIsFoundWithoutBeingHeardAgain() {
    Host alice = new Host("192.0.2.1", false);
    Host bob = new Host("192.0.2.2", false);
    Host carol = new Host("192.0.2.3", false);
    bob.contacts = ImmutableSet.of(alice.identity.id());
    alice.contacts = ImmutableSet.of(carol.identity.id());
    run(Duration.ofSeconds(30));
    assertThat(alice.seen).isEmpty();
    alice.contacts = ImmutableSet.of(bob.identity.id(), carol.identity.id());
    run(Duration.ofMillis(500));
    assertThat(alice.seen).contains(bob.identity.id());
  }

  @Test
  void whatIsSentNamesNobody() {
    Host alice = new Host("192.0.2.1", false);
    Host bob = new Host("192.0.2.2", false);
    alice.contacts = ImmutableSet.of(bob.identity.id());
    bob.contacts = ImmutableSet.of(alice.identity.id());
    run(Duration.ofHours(3));
    assertThat(captured).hasSizeGreaterThan(20);
    for (byte[] datagram : captured) {
      String bytes = new String(datagram, StandardCharsets.ISO_8859_1);
      for (Host host : hosts) {
        PeerId id = host.identity.id();
        assertThat(bytes)
            .doesNotContain(id.toString(), id.shortForm())
            .doesNotContain(new String(id.toByteArray(), StandardCharsets.ISO_8859_1));
      }
    }
  }

  @Test
  void inEachSlotAllTokensAndNamesAreOthers() {
    Host alice = new Host("192.0.2.1", false);
    Host bob = new Host("192.0.2.2", false);
    alice.contacts = ImmutableSet.of(bob.identity.id());
    run(Duration.ofMinutes(40));
    Set<Object> before = identifiers();
    assertThat(before).hasSize(2 + ContactTokens.FEWEST_SHOWN);
    captured.clear();
    run(Duration.ofMinutes(20));
    Set<Object> after = identifiers();
    // The goodbye to what was said before.
    after.removeAll(before);
    assertThat(after).hasSize(2 + ContactTokens.FEWEST_SHOWN);
  }

  private Set<Object> identifiers() {
    Set<Object> found = new HashSet<>();
    for (byte[] datagram : captured) {
      for (Announcement.Told told : Announcement.read(DnsReader.read(datagram).orElseThrow())) {
        found.add(told.what().instance());
        found.add(told.what().host());
        LanText text = LanText.read(told.what().text()).orElseThrow();
        found.addAll(((LanText.Private) text).tokens());
      }
    }
    return found;
  }

  @Test
  void clocksMayBeWrongByASlotAndNoMore() {
    Host alice = new Host("192.0.2.1", false);
    Host bob = new Host("192.0.2.2", false);
    alice.contacts = ImmutableSet.of(bob.identity.id());
    bob.contacts = ImmutableSet.of(alice.identity.id());
    bob.wrongBy = Duration.ofHours(1);
    run(Duration.ofSeconds(1));
    assertThat(alice.seen).isNotEmpty();
    alice.seen.clear();
    bob.wrongBy = Duration.ofHours(3);
    run(Duration.ofSeconds(5));
    assertThat(alice.seen).isEmpty();
  }

  @Test
  void whoHasNoContactsIsSilent() {
    new Host("192.0.2.1", false);
    run(Duration.ofHours(2));
    assertThat(captured).isEmpty();
  }

  @Test
  void openNodesTellTheirRecordAndTheNewestWins() {
    Host alice = new Host("192.0.2.1", true);
    Host bob = new Host("192.0.2.2", false);
    bob.contacts = ImmutableSet.of(alice.identity.id());
    run(Duration.ofSeconds(5));
    assertThat(bob.records).extracting(DiscoveryRecord::sequence).containsExactly(1L);
    alice.record = alice.sign(3);
    run(Duration.ofSeconds(5));
    alice.record = alice.sign(2);
    run(Duration.ofSeconds(5));
    assertThat(bob.records).extracting(DiscoveryRecord::sequence).containsExactly(1L, 3L);
  }

  @Test
  void aForgedRecordIsNotTold() {
    Host alice = new Host("192.0.2.1", true);
    Host bob = new Host("192.0.2.2", false);
    bob.contacts = ImmutableSet.of(alice.identity.id());
    alice.record = alice.record.toBuilder().setSignature(ByteString.copyFrom(new byte[64])).build();
    run(Duration.ofSeconds(5));
    assertThat(bob.records).isEmpty();
  }

  @Test
  void theLargestAnnouncementsFitIntoOnePacket() {
    Host alice = new Host("192.0.2.1", false);
    Host open = new Host("192.0.2.2", true);
    open.record =
        DiscoveryRecords.sign(
                open.identity,
                List.of(),
                IntStream.range(1, 17)
                    .mapToObj(i -> new InetSocketAddress("2001:db8::" + i, 4_242))
                    .toList(),
                1,
                Instant.EPOCH)
            .signed();
    ImmutableSet.Builder<PeerId> many = ImmutableSet.builder();
    for (int i = 0; i < 150; i++) {
      many.add(Identity.ephemeral(new SecureRandom()).id());
    }
    alice.contacts = many.build();
    run(Duration.ofSeconds(5));
    assertThat(captured).allSatisfy(datagram -> assertThat(datagram).hasSizeLessThan(1_400));
  }

  @Test
  void howManyContactsThereAreIsToldByPowersOfTwoAlone() {
    assertThat(shownFor(1)).isEqualTo(ContactTokens.FEWEST_SHOWN);
    assertThat(shownFor(9)).isEqualTo(16);
    assertThat(shownFor(LanTokens.MAX_TOKENS + 1)).isEqualTo(LanTokens.MAX_TOKENS);
  }

  private int shownFor(int contacts) {
    Host host = new Host("192.0.2.1", false);
    ContactTokens tokens =
        new ContactTokens(
            new LanSelf(
                host.identity.id(),
                false,
                1,
                () -> ImmutableSet.of(),
                () -> host.record,
                peer -> Optional.of(peer.key())),
            new Random(3));
    ImmutableSet.Builder<PeerId> peers = ImmutableSet.builder();
    for (int i = 0; i < contacts; i++) {
      byte[] key = new byte[PeerId.BYTES];
      key[0] = (byte) i;
      key[1] = (byte) (i >> 8);
      key[2] = 7;
      peers.add(PeerId.tryOf(ByteString.copyFrom(key)).orElseThrow());
    }
    tokens.update(peers.build(), 1);
    return tokens.shown().size();
  }

  @Test
  void packetsFromElsewhereAndFromOtherPortsAreNotHeard() {
    Host alice = new Host("192.0.2.1", false);
    Host bob = new Host("192.0.2.2", false);
    bob.contacts = ImmutableSet.of(alice.identity.id());
    alice.contacts = ImmutableSet.of(bob.identity.id());
    run(Duration.ofMillis(1));
    byte[] announcement =
        captured.stream()
            .filter(sent -> DnsReader.read(sent).orElseThrow().response())
            .findFirst()
            .orElseThrow();
    bob.seen.clear();
    bob.presence.onDatagram(ETH, announcement, new InetSocketAddress("198.51.100.1", 5353), now);
    bob.presence.onDatagram(ETH, announcement, new InetSocketAddress("192.0.2.1", 1_234), now);
    bob.presence.onDatagram("eth9", announcement, new InetSocketAddress("192.0.2.1", 5353), now);
    assertThat(bob.seen).isEmpty();
    bob.presence.onDatagram(ETH, announcement, new InetSocketAddress("192.0.2.1", 5353), now);
    assertThat(bob.seen).isNotEmpty();
  }

  @Test
  void addressesOfOtherNetworksAreNotTold() {
    Host alice = new Host("192.0.2.1", true);
    Host bob = new Host("192.0.2.2", false);
    bob.contacts = ImmutableSet.of(alice.identity.id());
    run(Duration.ofMillis(1));
    bob.addresses.clear();
    Announcement lie =
        new Announcement(
            Announcement.SERVICE.child("lie"),
            DnsName.of("lie", "local"),
            4_242,
            ImmutableList.of(
                InetAddresses.forString("198.51.100.7"), InetAddresses.forString("192.0.2.77")),
            LanText.write(new LanText.Open(alice.identity.id(), alice.record)));
    bob.presence.onDatagram(
        ETH, DnsWriter.write(lie.message()), new InetSocketAddress("192.0.2.9", 5353), now);
    assertThat(bob.addresses).containsExactly(new InetSocketAddress("192.0.2.77", 4_242));
  }

  @Test
  void whoFloodsIsNotHeardAndOthersAre() {
    PacketBudget budget = new PacketBudget(0);
    int taken = 0;
    for (int i = 0; i < 10_000; i++) {
      taken += budget.take(InetAddresses.forString("192.0.2.66"), i) ? 1 : 0;
    }
    assertThat(taken).isEqualTo(PacketBudget.PER_SOURCE_AND_SECOND);
    assertThat(budget.take(InetAddresses.forString("192.0.2.1"), 10_000)).isTrue();
    taken = 0;
    for (int i = 0; i < 10_000; i++) {
      taken += budget.take(InetAddresses.fromInteger(i), 10_000 + i) ? 1 : 0;
    }
    assertThat(taken).isLessThan(PacketBudget.PER_SECOND);
    assertThat(budget.refused()).isGreaterThan(19_000);
    assertThat(budget.take(InetAddresses.forString("192.0.2.1"), 2_000_000_000)).isTrue();
  }

  /** All hosts, half a second of looking at a time, as the thread does. */
  private void run(Duration time) {
    long end = now + time.toNanos();
    while (true) {
      long next = end;
      for (Host host : hosts) {
        host.presence.look(now);
        host.presence.onInterfaces(
            host.presence.isWanted() ? ImmutableList.of(eth(host)) : ImmutableList.of(), now);
        for (LanPresence.Outgoing sent : host.presence.due(now)) {
          captured.add(sent.datagram());
          for (Host other : hosts) {
            other.presence.onDatagram(
                ETH, sent.datagram(), new InetSocketAddress(host.address, 5353), now);
          }
        }
      }
      for (Host host : hosts) {
        next = Math.min(next, now + Math.max(1_000_000, host.presence.idleNanos(now)));
      }
      if (now >= end) {
        return;
      }
      now = next;
    }
  }

  private static LanInterface eth(Host host) {
    return new LanInterface(
        ETH,
        2,
        ImmutableList.of(new LanInterface.Prefix(InetAddresses.forString(host.address), 24)));
  }
}
