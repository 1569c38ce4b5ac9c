package dev.parley.mailbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.identity.Identity;
import dev.parley.identity.SigningLabel;
import dev.parley.identity.kem.XWing;
import dev.parley.peer.v1.Envelope;
import dev.parley.peer.v1.SealedContent;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.util.Optional;

/**
 * Opens what was sealed to this node.
 *
 * <p>One decapsulation, one pass over the bytes and one verification, some milliseconds at most,
 * whatever is in it. Stateless; any thread may call it.
 */
public final class Opener {
  private final PeerId self;

  public Opener(PeerId self) {
    this.self = self;
  }

  /** What has come of it. */
  public sealed interface Opening {
    /**
     * @param sender who has signed the envelope for us
     * @param envelope has a message id of the right length; nothing else in it has been looked at
     */
    record Opened(PeerId sender, MessageId messageId, Envelope envelope) implements Opening {}

    record Refused(Flaw flaw) implements Opening {}
  }

  /**
   * Opens a message.
   *
   * @param seed the private half of the prekey that the message names
   */
  public Opening open(SealedMessage sealed, ByteString seed) {
    Optional<byte[]> padded =
        XWing.decapsulate(seed, sealed.kemCiphertext())
            .map(secret -> SealingKey.of(secret, sealed.header(), self))
            .flatMap(key -> key.decrypt(sealed.body()));
    if (padded.isEmpty()) {
      return new Opening.Refused(Flaw.UNOPENED);
    }
    Optional<ByteString> content = Padding.strip(padded.get());
    return content.isEmpty()
        ? new Opening.Refused(Flaw.PADDING)
        : verified(sealed.header(), content.get());
  }

  private Opening verified(ByteString header, ByteString bytes) {
    SealedContent content;
    Envelope envelope;
    try {
      content = SealedContent.parseFrom(bytes);
      envelope = Envelope.parseFrom(content.getEnvelope());
    } catch (InvalidProtocolBufferException e) {
      return new Opening.Refused(Flaw.CONTENT);
    }
    Optional<PeerId> sender = PeerId.tryOf(content.getSender());
    Optional<MessageId> id = MessageId.tryOf(envelope.getMessageId());
    if (sender.isEmpty() || id.isEmpty()) {
      return new Opening.Refused(Flaw.CONTENT);
    }
    ByteString[] signed =
        SealedMessage.signed(sender.get(), self, id.get().bytes(), header, content.getEnvelope());
    return Identity.verify(
            sender.get(), content.getSignature(), SigningLabel.SEALED_MESSAGE, signed)
        ? new Opening.Opened(sender.get(), id.get(), envelope)
        : new Opening.Refused(Flaw.SIGNATURE);
  }
}
