package dev.parley.discovery.lan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.net.InetAddresses;
import com.google.protobuf.ByteString;
import dev.parley.fuzz.FuzzTarget;
import dev.parley.peer.v1.SignedRecord;
import dev.parley.proto.id.PeerId;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Multicast DNS, from anybody on the same network. */
public final class LanFuzz {
  private static final PeerId SELF = peer(1);
  private static final PeerId CONTACT = peer(2);
  private static final ByteString SECRET = ByteString.copyFromUtf8("of the two");
  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
  private static final InetSocketAddress FROM =
      new InetSocketAddress(InetAddresses.forString("192.0.2.9"), LanPresence.PORT);
  private static final LanInterface ETH =
      new LanInterface(
          "eth0",
          2,
          ImmutableList.of(new LanInterface.Prefix(InetAddresses.forString("192.0.2.1"), 24)));

  /** What is sent has to fit into one packet. */
  private static final int LARGEST = 1_400;

  private LanFuzz() {}

  public static List<FuzzTarget> targets() {
    Announcement hidden =
        announcement(new LanText.Private(ImmutableList.of(LanTokens.token(SECRET, CONTACT, 0))));
    Announcement open = announcement(new LanText.Open(CONTACT, SignedRecord.getDefaultInstance()));
    byte[][] seeds = {
      DnsWriter.write(hidden.message()),
      DnsWriter.write(hidden.goodbye()),
      DnsWriter.write(open.message()),
      DnsWriter.write(
          DnsMessage.query(
              ImmutableList.of(
                  new DnsQuestion(Announcement.SERVICE, DnsRecord.PTR),
                  new DnsQuestion(hidden.host(), DnsRecord.ANY)),
              ImmutableList.of(hidden.pointer(4_000))))
    };
    return List.of(
        // 128 entries with two names each, of 127 labels each: a small input may name one often.
        FuzzTarget.of("lan-dns", LanFuzz::message, DnsReader.class)
            .seeds(seeds)
            .allocating(8 << 20, 64),
        FuzzTarget.of("lan-packet", LanFuzz::packet, LanPresence.class, LanText.class)
            .seeds(seeds)
            .allocating(8 << 20, 64));
  }

  private static void message(byte[] input) {
    DnsReader.read(input)
        .ifPresent(
            message -> {
              byte[] again = DnsWriter.write(message);
              assertThat(DnsReader.read(again)).contains(message);
              assertThat(Announcement.read(message))
                  .hasSizeLessThanOrEqualTo(Announcement.MAX_PER_MESSAGE);
            });
  }

  private static void packet(byte[] input) {
    LanPresence presence =
        new LanPresence(
            new LanSelf(
                SELF,
                false,
                4_242,
                () -> ImmutableSet.of(CONTACT),
                SignedRecord::getDefaultInstance,
                peer -> Optional.of(SECRET)),
            CLOCK,
            new Random(1),
            (peer, addresses, record) -> {
              assertThat(peer).isEqualTo(CONTACT);
              assertThat(addresses).allMatch(at -> ETH.isOnLink(at.getAddress()));
              assertThat(record).as("nobody can forge one").isEmpty();
            });
    presence.look(0);
    presence.onInterfaces(ImmutableList.of(ETH), 0);
    for (long second = 0; second < 5; second++) {
      long now = TimeUnit.SECONDS.toNanos(second);
      presence.onDatagram(ETH.name(), input, FROM, now);
      assertThat(presence.due(now))
          .allSatisfy(
              sent -> {
                assertThat(sent.datagram()).hasSizeLessThan(LARGEST);
                assertThat(DnsReader.read(sent.datagram())).isPresent();
              });
    }
  }

  private static Announcement announcement(LanText text) {
    return new Announcement(
        Announcement.SERVICE.child("one"),
        Announcement.LOCAL.child("there"),
        4_242,
        ImmutableList.of(InetAddresses.forString("192.0.2.9")),
        LanText.write(text));
  }

  private static PeerId peer(int number) {
    byte[] key = new byte[PeerId.BYTES];
    key[0] = (byte) number;
    key[5] = 7;
    return PeerId.tryOf(ByteString.copyFrom(key)).orElseThrow();
  }
}
