package dev.parley.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import com.google.common.io.BaseEncoding;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.fuzz.FuzzTarget;
import dev.parley.fuzz.Input;
import dev.parley.identity.Identity;
import dev.parley.identity.SigningLabel;
import dev.parley.peer.v1.SignedRecord;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;

/** Records, tickets and relay URLs: what anybody may hand out. */
public final class DiscoveryFuzz {
  private static final Identity SELF = Identity.ephemeral(new SecureRandom());
  private static final BaseEncoding BASE32 = BaseEncoding.base32().lowerCase().omitPadding();

  private DiscoveryFuzz() {}

  public static List<FuzzTarget> targets() {
    RelayUrl relay = RelayUrl.parse("relay.example:443#" + SELF.id());
    DiscoveryRecord record =
        DiscoveryRecords.sign(
            SELF,
            List.of(relay, RelayUrl.parse("wss://example.org/path")),
            List.of(
                new InetSocketAddress("192.0.2.1", 4_000), new InetSocketAddress("2001:db8::1", 5)),
            7,
            Instant.ofEpochMilli(1_700_000_000_000L));
    byte[] signed = record.signed().toByteArray();
    String ticket = Tickets.encode(record);
    return List.of(
        FuzzTarget.of("record", DiscoveryFuzz::record, DiscoveryRecords.class, PeerAddresses.class)
            .seeds(FuzzTarget.behind(0, signed))
            .seeds(FuzzTarget.behind(1, record.signed().getRecord().toByteArray())),
        FuzzTarget.of("ticket", DiscoveryFuzz::ticket, Tickets.class)
            .seeds(FuzzTarget.behind(1, signed))
            .seeds(
                "\0" + ticket,
                "\0" + ticket.substring(0, 60),
                "\0" + ticket.replace('a', '1'),
                "\0https://example.org",
                "\0relay.example:443#" + SELF.id()),
        FuzzTarget.of("relay-url", DiscoveryFuzz::relayUrl, RelayUrl.class)
            .seeds(
                relay.toString(),
                "[2001:db8::1]:8443#" + SELF.id(),
                "wss://example.org",
                "wss://Example.org:444/a/b#" + SELF.id()));
  }

  /** Signed by somebody who may have signed anything. */
  private static void record(byte[] input) {
    Input in = new Input(input);
    SignedRecord signed;
    if (in.yes()) {
      ByteString record = in.restString();
      signed =
          SignedRecord.newBuilder()
              .setRecord(record)
              .setSignature(SELF.sign(SigningLabel.DISCOVERY_RECORD, record))
              .build();
    } else {
      try {
        signed = SignedRecord.parseFrom(in.rest());
      } catch (InvalidProtocolBufferException e) {
        return;
      }
    }
    DiscoveryRecords.verify(signed).ifPresent(DiscoveryFuzz::look);
  }

  private static void look(DiscoveryRecord record) {
    assertThat(record.relays().size()).isLessThanOrEqualTo(DiscoveryRecord.MAX_RELAYS);
    assertThat(record.addresses().size()).isLessThanOrEqualTo(DiscoveryRecord.MAX_ADDRESSES);
    if (record.peer().equals(SELF.id())) {
      DiscoveryRecord again =
          DiscoveryRecords.sign(
              SELF, record.relays(), record.addresses(), record.sequence(), record.madeAt());
      assertThat(again.relays()).isEqualTo(record.relays());
      assertThat(again.addresses()).isEqualTo(record.addresses());
      assertThat(again.sequence()).isEqualTo(record.sequence());
      assertThat(again.madeAt()).isEqualTo(record.madeAt());
    }
  }

  /** Text as somebody pastes it, or any bytes under a checksum that is right. */
  private static void ticket(byte[] input) {
    Input in = new Input(input);
    String text = in.yes() ? wrapped(in.rest()) : in.text();
    try {
      DiscoveryRecord record = Tickets.decode(text);
      assertThat(Tickets.decode(Tickets.encode(record))).isEqualTo(record);
    } catch (TicketException e) {
      assertThat(e.hint()).isNotEmpty();
      assertThat(String.valueOf(e.getMessage()).length()).isLessThan(500);
    }
  }

  private static String wrapped(byte[] body) {
    byte[] sum =
        Hashing.sha256()
            .newHasher()
            .putString(Tickets.PREFIX, StandardCharsets.US_ASCII)
            .putBytes(body)
            .hash()
            .asBytes();
    ByteString all = ByteString.copyFrom(body).concat(ByteString.copyFrom(sum, 0, 4));
    return Tickets.PREFIX + BASE32.encode(all.toByteArray());
  }

  private static void relayUrl(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    RelayUrl.tryParse(text)
        .ifPresent(
            url -> {
              assertThat(url.port()).isBetween(1, 65_535);
              assertThat(url.toString().length()).isLessThanOrEqualTo(RelayUrl.MAX_LENGTH);
              assertThat(RelayUrl.parse(url.toString())).isEqualTo(url);
            });
  }
}
