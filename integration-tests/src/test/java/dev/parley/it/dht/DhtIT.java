package dev.parley.it.dht;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.discovery.DiscoveryRecords;
import dev.parley.identity.Identity;
import dev.parley.identity.SigningLabel;
import dev.parley.proto.id.PeerId;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Items are made here as docs/protocol.md says, and not by the code that is tested. */
class DhtIT {
  private static final int SALT_BYTES = 16;

  private final Identity alice = Identity.ephemeral(new SecureRandom());
  private final Identity bob = Identity.ephemeral(new SecureRandom());

  @ParameterizedTest
  @EnumSource(Swarm.Kind.class)
  void othersReadOursAndWeReadTheirs(Swarm.Kind kind) throws Exception {
    kind.require();
    try (Swarm swarm = Swarm.start(kind);
        LoopbackClient client = new LoopbackClient(alice, swarm.port())) {
      long begun = System.nanoTime();
      DiscoveryRecord ours = record(alice, 5);
      client.publish(ours);
      System.out.printf("%s: published in %d ms%n", kind, millisSince(begun));
      assertThat(swarm.ask("kill " + kind.nodes / 3)).isEqualTo("killed");

      byte[] salt = salt(alice.id());
      assertThat(
              swarm.ask("get " + hex(target(alice.id())) + " " + hex(salt) + " " + key(alice.id())))
          .isEqualTo("got 5 " + hex(ours.signed().toByteArray()));

      DiscoveryRecord theirs = record(bob, 1);
      assertThat(swarm.ask("put " + item(theirs))).startsWith("stored ").isNotEqualTo("stored 0");
      begun = System.nanoTime();
      assertThat(client.find(bob.id())).contains(theirs);
      System.out.printf("%s: found in %d ms%n", kind, millisSince(begun));
    }
  }

  private String item(DiscoveryRecord record) throws Exception {
    byte[] value = record.signed().toByteArray();
    byte[] salt = salt(bob.id());
    ByteString signed =
        ascii(SALT_BYTES + ":")
            .concat(ByteString.copyFrom(salt))
            .concat(ascii("3:seqi" + record.sequence() + "e1:v" + value.length + ":"))
            .concat(ByteString.copyFrom(value));
    byte[] seed = ((EdECPrivateKey) bob.privateKey()).getBytes().orElseThrow();
    return String.join(
        " ",
        key(bob.id()),
        hex(seed),
        hex(salt),
        Long.toString(record.sequence()),
        hex(value),
        hex(bob.sign(SigningLabel.MAINLINE_ITEM, signed).toByteArray()));
  }

  private static DiscoveryRecord record(Identity identity, long sequence) {
    return DiscoveryRecords.sign(
        identity,
        List.of(),
        List.of(new InetSocketAddress("192.0.2.1", 4_242)),
        sequence,
        Instant.ofEpochMilli(1_700_000_000_000L));
  }

  private static byte[] salt(PeerId peer) throws Exception {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    sha256.update("parley/dht/v1\0".getBytes(StandardCharsets.US_ASCII));
    return Arrays.copyOf(sha256.digest(peer.toByteArray()), SALT_BYTES);
  }

  private static byte[] target(PeerId peer) throws Exception {
    MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
    sha1.update(peer.toByteArray());
    return sha1.digest(salt(peer));
  }

  private static String key(PeerId peer) {
    return hex(peer.toByteArray());
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static ByteString ascii(String text) {
    return ByteString.copyFrom(text, StandardCharsets.US_ASCII);
  }

  private static long millisSince(long begun) {
    return (System.nanoTime() - begun) / 1_000_000;
  }
}
