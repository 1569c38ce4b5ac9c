package dev.parley.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parley.identity.Identity;
import dev.parley.identity.TestIdentities;
import dev.parley.peer.v1.SignedRecord;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiscoveryVectorsTest {
  private static final Vectors VECTORS = new Vectors("discovery.txt");

  @ParameterizedTest
  @ValueSource(strings = {"relay-only", "with-addresses"})
  void aTicketHoldsTheRecordThatItsPeerSigned(String name) throws Exception {
    DiscoveryRecord record = Tickets.decode(VECTORS.text(name + ".ticket"));

    assertThat(record.peer()).hasToString(VECTORS.text("peer-id"));
    assertThat(record.signed())
        .isEqualTo(
            SignedRecord.newBuilder()
                .setRecord(ByteString.copyFrom(VECTORS.bytes(name + ".record")))
                .setSignature(ByteString.copyFrom(VECTORS.bytes(name + ".signature")))
                .build());
    assertThat(Tickets.encode(record)).isEqualTo(VECTORS.text(name + ".ticket"));
  }

  @Test
  void recordsAreSignedAsTheVectorsSay() {
    Identity self = TestIdentities.of(VECTORS.bytes("private-key"));
    RelayUrl relay = RelayUrl.parse(VECTORS.text("relay"));
    Instant madeAt = Instant.parse("2026-11-22T12:00:00Z");
    List<InetSocketAddress> addresses =
        List.of(
            new InetSocketAddress("192.0.2.1", 4242), new InetSocketAddress("2001:db8::1", 4242));

    assertThat(DiscoveryRecords.sign(self, List.of(relay), List.of(), 1, madeAt))
        .isEqualTo(verified("relay-only"));
    assertThat(DiscoveryRecords.sign(self, List.of(relay), addresses, 2, madeAt))
        .isEqualTo(verified("with-addresses"));
  }

  private static DiscoveryRecord verified(String name) {
    return DiscoveryRecords.verify(
            SignedRecord.newBuilder()
                .setRecord(ByteString.copyFrom(VECTORS.bytes(name + ".record")))
                .setSignature(ByteString.copyFrom(VECTORS.bytes(name + ".signature")))
                .build())
        .orElseThrow();
  }
}
