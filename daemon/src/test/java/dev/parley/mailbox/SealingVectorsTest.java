package dev.parley.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parley.discovery.Vectors;
import dev.parley.identity.Identity;
import dev.parley.identity.SigningLabel;
import dev.parley.identity.TestIdentities;
import dev.parley.identity.kem.FixedRandom;
import dev.parley.identity.kem.XWing;
import dev.parley.peer.v1.Envelope;
import dev.parley.proto.id.MessageId;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SealingVectorsTest {
  private static final Vectors VECTORS = new Vectors("sealing.txt");

  private final Identity sender = TestIdentities.of(VECTORS.bytes("sender.private-key"));
  private final Identity recipient = TestIdentities.of(VECTORS.bytes("recipient.private-key"));
  private final OwnPrekey key =
      Prekeys.of(
          recipient,
          new PrekeyId(ByteBuffer.wrap(VECTORS.bytes("prekey.id")).getLong()),
          PrekeyKind.ONE_TIME,
          bytes("prekey.seed"),
          Instant.ofEpochMilli(Long.parseLong(VECTORS.text("prekey.made-at"))));

  @Test
  void aPrekeyIsSignedAsTheVectorsSay() {
    assertThat(sha256(key.prekey().signed().getPrekey())).isEqualTo(VECTORS.text("prekey.sha256"));
    assertThat(hex(key.prekey().signed().getSignature()))
        .isEqualTo(VECTORS.text("prekey.signature"));
  }

  @Test
  void aMessageIsSealedAndOpenedAsTheVectorsSay() throws Exception {
    Envelope envelope = Envelope.parseFrom(VECTORS.bytes("envelope"));
    SealedMessage sealed =
        new Sealer(sender, new FixedRandom(VECTORS.bytes("encapsulation.random")))
            .seal(envelope, key.prekey())
            .orElseThrow();
    ByteString secret = XWing.decapsulate(key.seed(), sealed.kemCiphertext()).orElseThrow();
    SealingKey messageKey = SealingKey.of(secret, sealed.header(), recipient.id());

    assertThat(hex(secret)).isEqualTo(VECTORS.text("kem.secret"));
    assertThat(HexFormat.of().formatHex(messageKey.bytes())).isEqualTo(VECTORS.text("message-key"));
    assertThat(
            hex(
                sender.sign(
                    SigningLabel.SEALED_MESSAGE,
                    SealedMessage.signed(
                        sender.id(),
                        recipient.id(),
                        envelope.getMessageId(),
                        sealed.header(),
                        envelope.toByteString()))))
        .isEqualTo(VECTORS.text("content.signature"));
    assertThat(hex(sealed.bytes().substring(0, 16))).isEqualTo(VECTORS.text("sealed.first-bytes"));
    assertThat(hex(sealed.bytes().substring(sealed.bytes().size() - 16)))
        .isEqualTo(VECTORS.text("sealed.tag"));
    assertThat(sha256(sealed.bytes())).isEqualTo(VECTORS.text("sealed.sha256"));
    assertThat(new Opener(recipient.id()).open(sealed, key.seed()))
        .isEqualTo(
            new Opener.Opening.Opened(
                sender.id(), new MessageId(envelope.getMessageId()), envelope));
  }

  private static ByteString bytes(String name) {
    return ByteString.copyFrom(VECTORS.bytes(name));
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  private static String sha256(ByteString bytes) {
    try {
      return hex(
          ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray())));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
