package dev.parley.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.parley.identity.Identity;
import dev.parley.identity.SigningLabel;
import dev.parley.identity.TestIdentities;
import dev.parley.peer.v1.SignedRecord;
import dev.parley.peer.v1.SocketAddress;
import dev.parley.peer.v1.Transport;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiscoveryRecordsTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00.123Z");
  private static final InetSocketAddress V4 = new InetSocketAddress("192.0.2.1", 4000);
  private static final InetSocketAddress V6 = new InetSocketAddress("2001:db8::1", 4001);

  private final Identity alice = TestIdentities.of(1);
  private final Identity bob = TestIdentities.of(2);
  private final RelayUrl relay = RelayUrl.parse("relay.example.org:443#" + bob.id());

  @Test
  void aRecordComesBackAsItWasSigned() {
    DiscoveryRecord record = DiscoveryRecords.sign(alice, List.of(relay), List.of(V4, V6), 7, NOW);

    assertThat(DiscoveryRecords.verify(record.signed())).contains(record);
    assertThat(record.peer()).isEqualTo(alice.id());
    assertThat(record.relays()).containsExactly(relay);
    assertThat(record.addresses()).containsExactly(V4, V6);
    assertThat(record.sequence()).isEqualTo(7);
    assertThat(record.madeAt()).isEqualTo(NOW);
  }

  @Test
  void everyFlippedBitIsNoticed() {
    SignedRecord good = sign(raw().addHomeRelays(relay.toString()));
    byte[] record = good.getRecord().toByteArray();
    for (int bit = 0; bit < record.length * 8; bit++) {
      byte[] flipped = record.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);

      assertThat(
              DiscoveryRecords.verify(
                  good.toBuilder().setRecord(ByteString.copyFrom(flipped)).build()))
          .as("bit %d", bit)
          .isEmpty();
    }
  }

  @Test
  void aRecordSignedByAnotherPeerIsRefused() {
    ByteString record = raw().build().toByteString();
    SignedRecord forged = signed(record, bob.sign(SigningLabel.DISCOVERY_RECORD, record));

    assertThat(DiscoveryRecords.check(forged))
        .isInstanceOf(DiscoveryRecords.Verdict.BadSignature.class);
  }

  @Test
  void aSignatureMadeForAnotherPurposeIsRefused() {
    ByteString record = raw().build().toByteString();

    assertThat(
            DiscoveryRecords.verify(signed(record, alice.sign(SigningLabel.RELAY_CLIENT, record))))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 31, 33})
  void aPeerIdOfAnotherLengthIsRefused(int length) {
    assertRefused(raw().setPeerId(ByteString.copyFrom(new byte[length])));
  }

  @Test
  void fieldsOfALaterVersionPass() {
    UnknownFieldSet later =
        UnknownFieldSet.newBuilder()
            .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(5).build())
            .build();

    assertThat(DiscoveryRecords.verify(sign(raw().setUnknownFields(later)))).isPresent();
  }

  @Test
  void aRecordOfTheLargestSizeIsTakenAndOneByteMoreIsNot() {
    assertThat(DiscoveryRecords.verify(sign(padded(DiscoveryRecord.MAX_BYTES)))).isPresent();
    assertRefused(padded(DiscoveryRecord.MAX_BYTES + 1));
  }

  @Test
  void fourRelaysAreTakenAndAFifthIsNot() {
    List<String> four = Collections.nCopies(DiscoveryRecord.MAX_RELAYS, relay.toString());

    assertThat(DiscoveryRecords.verify(sign(raw().addAllHomeRelays(four)))).isPresent();
    assertRefused(raw().addAllHomeRelays(four).addHomeRelays(relay.toString()));
  }

  @Test
  void sixteenAddressesAreTakenAndASeventeenthIsNot() {
    List<SocketAddress> sixteen =
        IntStream.range(0, DiscoveryRecord.MAX_ADDRESSES)
            .mapToObj(i -> address("c0000200", 1000 + i).build())
            .toList();

    assertThat(DiscoveryRecords.verify(sign(raw().addAllAddresses(sixteen))).orElseThrow())
        .satisfies(record -> assertThat(record.addresses()).hasSize(16));
    assertRefused(raw().addAllAddresses(sixteen).addAddresses(address("c0000200", 1)));
  }

  @Test
  void numbersThatNoPeerNeedsAreRefused() {
    assertRefused(raw().setSequence(-1));
    assertRefused(raw().setMadeAtMillis(-1));
  }

  @ParameterizedTest
  @CsvSource({
    "c0000201,                         0,     TRANSPORT_UDP",
    "c0000201,                         65536, TRANSPORT_UDP",
    "c0000201,                         -1,    TRANSPORT_UDP",
    "c0000201,                         1,     TRANSPORT_TCP",
    "c0000201,                         1,     TRANSPORT_UNSPECIFIED",
    "'',                               1,     TRANSPORT_UDP",
    "c00002,                           1,     TRANSPORT_UDP",
    "c000020101,                       1,     TRANSPORT_UDP",
    "00000000,                         1,     TRANSPORT_UDP",
    "e0000001,                         1,     TRANSPORT_UDP",
    "ffffffff,                         1,     TRANSPORT_UDP",
    "00000000000000000000000000000000, 1,     TRANSPORT_UDP",
    "ff020000000000000000000000000001, 1,     TRANSPORT_UDP",
    "fe800000000000000000000000000001, 1,     TRANSPORT_UDP",
  })
  void anAddressThatCannotBeSentToIsSkipped(String ip, int port, Transport transport) {
    DiscoveryRecord record =
        DiscoveryRecords.verify(
                sign(
                    raw()
                        .addAddresses(address(ip, port).setTransport(transport))
                        .addAddresses(address("c0000201", 4000))))
            .orElseThrow();

    assertThat(record.addresses()).containsExactly(V4);
  }

  @Test
  void aRelayOfAKindThatIsNotKnownIsSkipped() {
    DiscoveryRecord record =
        DiscoveryRecords.verify(
                sign(raw().addHomeRelays("quic://later/").addHomeRelays(relay.toString())))
            .orElseThrow();

    assertThat(record.relays()).containsExactly(relay);
  }

  @Test
  void whatDoesNotFitIsLeftOutFromTheEnd() {
    String longPath = "/" + "x".repeat(200);
    List<RelayUrl> relays =
        IntStream.range(0, 6).mapToObj(i -> RelayUrl.parse("wss://relay" + i + longPath)).toList();
    List<InetSocketAddress> addresses =
        IntStream.rangeClosed(1, 30).mapToObj(i -> new InetSocketAddress("192.0.2.9", i)).toList();

    DiscoveryRecord record = DiscoveryRecords.sign(alice, relays, addresses, 1, NOW);

    assertThat(record.relays()).isEqualTo(relays.subList(0, 4));
    assertThat(record.addresses()).isNotEmpty().isEqualTo(addresses.subList(0, 7));
    assertThat(record.signed().getRecord().size()).isLessThanOrEqualTo(DiscoveryRecord.MAX_BYTES);
  }

  @Test
  void relaysAreLeftOutWhenTheyAloneAreTooLong() {
    List<RelayUrl> relays =
        IntStream.range(0, 4)
            .mapToObj(i -> RelayUrl.parse("wss://relay" + i + "/" + "x".repeat(240)))
            .toList();

    DiscoveryRecord record = DiscoveryRecords.sign(alice, relays, List.of(V4), 1, NOW);

    assertThat(record.relays()).isEqualTo(relays.subList(0, 3));
  }

  @Test
  void addressesThatMeanNothingElsewhereAreNotTold() {
    List<InetSocketAddress> useless =
        List.of(
            new InetSocketAddress("0.0.0.0", 1),
            new InetSocketAddress("::", 1),
            new InetSocketAddress("fe80::1", 1),
            new InetSocketAddress("192.0.2.1", 0),
            InetSocketAddress.createUnresolved("name.example.org", 1),
            V6);

    assertThat(DiscoveryRecords.sign(alice, List.of(), useless, 1, NOW).addresses())
        .containsExactly(V6);
  }

  @Test
  void aNegativeSequenceIsABug() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DiscoveryRecords.sign(alice, List.of(), List.of(), -1, NOW));
  }

  @Test
  void toldAddressesAreBoundedAndEachComesOnce() {
    List<SocketAddress> told =
        IntStream.range(0, 100).mapToObj(i -> address("c0000200", 1 + i / 2).build()).toList();

    assertThat(PeerAddresses.decode(told))
        .hasSize(DiscoveryRecord.MAX_ADDRESSES)
        .doesNotHaveDuplicates();
  }

  private dev.parley.peer.v1.DiscoveryRecord.Builder raw() {
    return dev.parley.peer.v1.DiscoveryRecord.newBuilder()
        .setPeerId(alice.id().key())
        .setSequence(1)
        .setMadeAtMillis(NOW.toEpochMilli());
  }

  /** A record of exactly this size, by a field of a later version. */
  private dev.parley.peer.v1.DiscoveryRecord.Builder padded(int size) {
    int already = raw().build().getSerializedSize();
    // Two bytes of tag, two of length.
    ByteString padding = ByteString.copyFrom(new byte[size - already - 4]);
    return raw()
        .setUnknownFields(
            UnknownFieldSet.newBuilder()
                .addField(
                    99, UnknownFieldSet.Field.newBuilder().addLengthDelimited(padding).build())
                .build());
  }

  private SignedRecord sign(dev.parley.peer.v1.DiscoveryRecord.Builder raw) {
    ByteString record = raw.build().toByteString();
    return signed(record, alice.sign(SigningLabel.DISCOVERY_RECORD, record));
  }

  private static SignedRecord signed(ByteString record, ByteString signature) {
    return SignedRecord.newBuilder().setRecord(record).setSignature(signature).build();
  }

  private void assertRefused(dev.parley.peer.v1.DiscoveryRecord.Builder raw) {
    assertThat(DiscoveryRecords.check(sign(raw)))
        .isInstanceOf(DiscoveryRecords.Verdict.Malformed.class);
    assertThat(DiscoveryRecords.verify(sign(raw))).isEmpty();
  }

  private static SocketAddress.Builder address(String ip, int port) {
    return SocketAddress.newBuilder()
        .setIp(ByteString.fromHex(ip))
        .setPort(port)
        .setTransport(Transport.TRANSPORT_UDP);
  }
}
