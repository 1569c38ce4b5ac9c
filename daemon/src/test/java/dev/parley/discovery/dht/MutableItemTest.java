package dev.parley.discovery.dht;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.discovery.DiscoveryRecords;
import dev.parley.discovery.RelayUrl;
import dev.parley.identity.Identity;
import dev.parley.proto.id.PeerId;
import java.net.InetSocketAddress;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The test vectors are those of BEP 44. */
class MutableItemTest {
  private static final Bencoded HELLO = Bencoded.text("Hello World!");
  private static final ByteString KEY =
      hex("77ff84905a91936367c01360803104f92432fcd904a43511876df5cdf3e7e548");
  private static final ByteString SALT = ByteString.copyFromUtf8("foobar");
  private static final ByteString SALTED =
      hex(
          "6834284b6b24c3204eb2fea824d82f88883a3d95e8b4a21b8c0ded553d17d17d"
              + "df9a8a7104b1258f30bed3787e6cb896fca78c58f8e03b5f18f14951a87d9a08");
  private static final ByteString UNSALTED =
      hex(
          "305ac8aeb6c9c151fa120f120ea2cfb923564e11552d06a5d856091e5e853cff"
              + "1260d3f39e4999684aa92eb73ffd136e6f4f3ecbfda0ce53a1608ecd7ae21f01");

  private final Identity self = Identity.ephemeral(new SecureRandom());

  @Test
  void theVectorWithSaltHolds() {
    MutableItem item = new MutableItem(new PeerId(KEY), SALT, 1, HELLO, SALTED);

    assertThat(MutableItem.signed(SALT, 1, Bencode.encode(HELLO)).toStringUtf8())
        .isEqualTo("4:salt6:foobar3:seqi1e1:v12:Hello World!");
    assertThat(item.isGenuine()).isTrue();
    assertThat(item.target().bytes()).isEqualTo(hex("411eba73b6f087ca51a3795d9c8c938d365e32c1"));
  }

  @Test
  void theVectorWithoutSaltHolds() throws Exception {
    ByteString signed = MutableItem.signed(ByteString.EMPTY, 1, Bencode.encode(HELLO));
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(
        KeyFactory.getInstance("Ed25519")
            .generatePublic(
                new X509EncodedKeySpec(hex("302a300506032b6570032100").concat(KEY).toByteArray())));
    verifier.update(signed.toByteArray());

    assertThat(signed.toStringUtf8()).isEqualTo("3:seqi1e1:v12:Hello World!");
    assertThat(verifier.verify(UNSALTED.toByteArray())).isTrue();
    assertThat(MutableItem.target(KEY, ByteString.EMPTY).bytes())
        .isEqualTo(hex("4a533d47ec9c7d95b1ad75f576cffc641853b750"));
  }

  @Test
  void anotherNumberValueSaltOrKeyIsNotGenuine() {
    PeerId key = new PeerId(KEY);
    assertThat(new MutableItem(key, SALT, 2, HELLO, SALTED).isGenuine()).isFalse();
    assertThat(new MutableItem(key, SALT, 1, Bencoded.text("Hello"), SALTED).isGenuine()).isFalse();
    assertThat(new MutableItem(key, ByteString.copyFromUtf8("foo"), 1, HELLO, SALTED).isGenuine())
        .isFalse();
    assertThat(new MutableItem(self.id(), SALT, 1, HELLO, SALTED).isGenuine()).isFalse();
    assertThat(new MutableItem(key, ByteString.EMPTY, 1, HELLO, UNSALTED).isGenuine()).isFalse();
  }

  @Test
  void aFullRecordFitsAndComesBackWithFewerAddresses() {
    RelayUrl relay = RelayUrl.parse("a".repeat(60) + ".example:443#" + self.id());
    List<InetSocketAddress> addresses =
        IntStream.range(0, 16)
            .mapToObj(i -> new InetSocketAddress("2001:db8:1111:2222:3333:4444:5555:" + i, 40_000))
            .toList();
    DiscoveryRecord record =
        DiscoveryRecords.sign(
            self, Collections.nCopies(4, relay), addresses, 77, Instant.ofEpochMilli(1));

    MutableItem item = RecordItems.of(self, record, 80);

    assertThat(Bencode.encode(item.value()).size()).isLessThanOrEqualTo(1_000);
    assertThat(item.isGenuine()).isTrue();
    assertThat(item.salt()).isEqualTo(RecordItems.salt(self.id())).hasSize(16);
    assertThat(RecordItems.read(item))
        .hasValueSatisfying(
            read -> {
              assertThat(read.sequence()).isEqualTo(77);
              assertThat(read.relays()).isEqualTo(record.relays());
              assertThat(read.addresses()).isNotEmpty();
              assertThat(record.addresses()).containsAll(read.addresses());
            });
  }

  @Test
  void aRecordUnderAnothersKeyIsNone() {
    Identity other = Identity.ephemeral(new SecureRandom());
    DiscoveryRecord record =
        DiscoveryRecords.sign(other, List.of(), List.of(), 1, Instant.ofEpochMilli(1));
    MutableItem item =
        MutableItem.sign(
            self, RecordItems.salt(self.id()), 1, Bencoded.of(record.signed().toByteString()));

    assertThat(item.isGenuine()).isTrue();
    assertThat(RecordItems.read(item)).isEmpty();
  }

  private static ByteString hex(String text) {
    return ByteString.copyFrom(HexFormat.of().parseHex(text));
  }
}
