package dev.parley.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.fuzz.FuzzTarget;
import dev.parley.fuzz.Input;
import dev.parley.identity.Identity;
import dev.parley.identity.SigningLabel;
import dev.parley.identity.kem.XWing;
import dev.parley.peer.v1.Envelope;
import dev.parley.peer.v1.SealedContent;
import dev.parley.peer.v1.SignedPrekey;
import dev.parley.proto.id.MessageId;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Prekeys and sealed messages: relays hand them on, and anybody may have made them. */
public final class MailboxFuzz {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Identity SELF = Identity.ephemeral(RANDOM);
  private static final OwnPrekey PREKEY = Prekeys.make(SELF, PrekeyKind.MEDIUM_TERM, NOW, RANDOM);

  /** One secret for all inputs: making another takes milliseconds and finds nothing. */
  private static final XWing.Encapsulated FRESH =
      XWing.encapsulate(PREKEY.prekey().publicKey(), RANDOM).orElseThrow();

  private static final ByteString HEADER =
      ByteString.copyFrom(new byte[] {SealedMessage.VERSION, 0, 0, 0, 0, 0, 0, 0, 1})
          .concat(FRESH.ciphertext());

  private MailboxFuzz() {}

  public static List<FuzzTarget> targets() {
    Envelope envelope =
        Envelope.newBuilder()
            .setMessageId(ByteString.copyFrom(new byte[MessageId.BYTES]))
            .setContentType("text/plain")
            .setBody(ByteString.copyFromUtf8("hello"))
            .build();
    byte[] content =
        SealedContent.newBuilder()
            .setSender(SELF.id().key())
            .setEnvelope(envelope.toByteString())
            .setSignature(ByteString.copyFrom(new byte[Identity.SIGNATURE_BYTES]))
            .build()
            .toByteArray();
    byte[] sealed =
        new Sealer(SELF, RANDOM)
            .seal(envelope, PREKEY.prekey())
            .orElseThrow()
            .bytes()
            .toByteArray();
    byte[] padded = Padding.pad(ByteString.copyFrom(content)).orElseThrow();
    return List.of(
        FuzzTarget.of("sealed-message", MailboxFuzz::sealed, SealedMessage.class, Opener.class)
            .seeds(FuzzTarget.behind(0, sealed))
            .seeds(FuzzTarget.behind(1, content))
            .allocating(4 << 20, 64),
        FuzzTarget.of("padding", MailboxFuzz::padding, Padding.class).seeds(padded),
        FuzzTarget.of("prekey", MailboxFuzz::prekey, Prekeys.class)
            .seeds(FuzzTarget.behind(0, PREKEY.prekey().signed().toByteArray()))
            .seeds(FuzzTarget.behind(1, PREKEY.prekey().signed().getPrekey().toByteArray())));
  }

  /** As it came, or any content sealed by somebody who knows how. */
  private static void sealed(byte[] input) {
    Input in = new Input(input);
    ByteString bytes = in.yes() ? wrapped(in.restString()) : in.restString();
    if (SealedMessage.parse(bytes) instanceof SealedMessage.Parsed.Whole whole) {
      Opener.Opening opening = new Opener(SELF.id()).open(whole.message(), PREKEY.seed());
      if (opening instanceof Opener.Opening.Opened opened) {
        assertThat(opened.envelope().getMessageId()).isEqualTo(opened.messageId().bytes());
      }
    }
  }

  private static ByteString wrapped(ByteString content) {
    Optional<byte[]> padded = Padding.pad(content);
    if (padded.isEmpty()) {
      return content;
    }
    SealingKey key = SealingKey.of(FRESH.secret(), HEADER, SELF.id());
    return HEADER.concat(key.encrypt(padded.get()));
  }

  private static void padding(byte[] input) {
    Padding.strip(input)
        .ifPresent(content -> assertThat(Padding.pad(content).orElseThrow()).isEqualTo(input));
  }

  private static void prekey(byte[] input) {
    Input in = new Input(input);
    SignedPrekey signed;
    if (in.yes()) {
      ByteString prekey = in.restString();
      signed =
          SignedPrekey.newBuilder()
              .setPrekey(prekey)
              .setSignature(SELF.sign(SigningLabel.PREKEY, prekey))
              .build();
    } else {
      try {
        signed = SignedPrekey.parseFrom(in.rest());
      } catch (InvalidProtocolBufferException e) {
        return;
      }
    }
    Optional<PublicPrekey> read = Prekeys.read(signed);
    Optional<PublicPrekey> verified = Prekeys.verify(signed, SELF.id());
    assertThat(verified.isEmpty() || verified.equals(read)).isTrue();
    read.ifPresent(
        key -> {
          assertThat(key.publicKey().size()).isEqualTo(XWing.PUBLIC_KEY_BYTES);
          assertThat(key.useUntil()).isAfter(key.madeAt());
        });
  }
}
