package dev.parley.mailbox;

import com.google.protobuf.ByteString;
import dev.parley.identity.Identity;
import dev.parley.identity.SigningLabel;
import dev.parley.identity.kem.XWing;
import dev.parley.peer.v1.Envelope;
import dev.parley.peer.v1.SealedContent;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Optional;

/** Seals this node's messages. Thread-safe; takes some milliseconds of computing. */
public final class Sealer {
  private final Identity self;
  private final SecureRandom random;

  public Sealer(Identity self, SecureRandom random) {
    this.self = self;
    this.random = random;
  }

  /**
   * Seals an envelope to the owner of a prekey. Each call makes another sealed message, also of the
   * same envelope.
   *
   * @return empty when the key in the prekey is none: its owner has signed nonsense
   * @throws IllegalArgumentException when the envelope is none, or too large
   */
  public Optional<SealedMessage> seal(Envelope envelope, PublicPrekey to) {
    if (envelope.getMessageId().size() != MessageId.BYTES) {
      throw new IllegalArgumentException("an envelope without a message id");
    }
    return XWing.encapsulate(to.publicKey(), random).map(fresh -> seal(envelope, to, fresh));
  }

  private SealedMessage seal(Envelope envelope, PublicPrekey to, XWing.Encapsulated fresh) {
    PeerId recipient = to.owner();
    ByteString header = header(to.id(), fresh.ciphertext());
    ByteString bytes = envelope.toByteString();
    ByteString content =
        SealedContent.newBuilder()
            .setSender(self.id().key())
            .setEnvelope(bytes)
            .setSignature(
                self.sign(
                    SigningLabel.SEALED_MESSAGE,
                    SealedMessage.signed(
                        self.id(), recipient, envelope.getMessageId(), header, bytes)))
            .build()
            .toByteString();
    byte[] padded =
        Padding.pad(content)
            .orElseThrow(
                () -> new IllegalArgumentException("an envelope of " + bytes.size() + " bytes"));
    SealingKey key = SealingKey.of(fresh.secret(), header, recipient);
    return new SealedMessage(header.concat(key.encrypt(padded)));
  }

  private static ByteString header(PrekeyId id, ByteString kemCiphertext) {
    ByteBuffer start = ByteBuffer.allocate(SealedMessage.KEM_AT);
    start.put((byte) SealedMessage.VERSION).putLong(id.value()).flip();
    return ByteString.copyFrom(start).concat(kemCiphertext);
  }
}
