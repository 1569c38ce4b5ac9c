package dev.parley.mail;

import com.google.protobuf.ByteString;
import dev.parley.mailbox.PrekeyKind;
import dev.parley.mailbox.Prekeys;
import dev.parley.mailbox.PublicPrekey;
import dev.parley.mailbox.SealedMessage;
import dev.parley.mailbox.Sealer;
import dev.parley.messaging.OutboxMessage;
import dev.parley.peer.v1.Envelope;
import dev.parley.peer.v1.SignedPrekey;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.v1.Deposit;
import dev.parley.relay.v1.MailRequest;
import dev.parley.relay.v1.MailResponse;
import dev.parley.relay.v1.MailResponse.Status;
import dev.parley.relay.v1.TakePrekeys;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;

/**
 * Leaves messages for one peer at one relay, over one connection. On the thread for outgoing mail.
 */
final class Depositor {
  private final MailRelay relay;
  private final PeerId peer;
  private final ByteString token;
  private final Sealer sealer;
  private final Clock clock;
  private Optional<PublicPrekey> mediumTerm = Optional.empty();

  Depositor(MailRelay relay, PeerId peer, ByteString token, Sealer sealer, Clock clock) {
    this.relay = relay;
    this.peer = peer;
    this.token = token;
    this.sealer = sealer;
    this.clock = clock;
  }

  /** What came of a deposit. */
  sealed interface Outcome {
    record Left() implements Outcome {}

    /** The peer has revoked the token, or has no mailbox at this relay any more. */
    record NotAllowed() implements Outcome {}

    /** Not now. */
    record Later(String reason) implements Outcome {}
  }

  /**
   * Leaves one message. Which key it is sealed to: a one-time key while there are any, then, for
   * the rest of this visit, the medium-term key.
   */
  Outcome leave(OutboxMessage message) throws IOException {
    Optional<PublicPrekey> key = mediumTerm;
    if (key.isEmpty()) {
      MailResponse keys =
          relay.ask(
              MailRequest.newBuilder()
                  .setTakePrekeys(TakePrekeys.newBuilder().setOwner(peer.key()).setToken(token))
                  .build());
      if (keys.getStatus() != Status.OK) {
        return outcome(keys.getStatus());
      }
      key = keys.hasOneTime() ? usable(keys.getOneTime(), PrekeyKind.ONE_TIME) : Optional.empty();
      if (key.isEmpty()) {
        mediumTerm = usable(keys.getMediumTerm(), PrekeyKind.MEDIUM_TERM);
        key = mediumTerm;
      }
    }
    Optional<SealedMessage> sealed = key.flatMap(to -> sealer.seal(envelope(message), to));
    if (sealed.isEmpty()) {
      return new Outcome.Later("the peer has no key at its relay that may still be used");
    }
    return outcome(relay.ask(deposit(sealed.get())).getStatus());
  }

  private Optional<PublicPrekey> usable(SignedPrekey signed, PrekeyKind kind) {
    return Prekeys.verify(signed, peer)
        .filter(key -> key.kind() == kind && key.isUsableAt(clock.instant()));
  }

  private MailRequest deposit(SealedMessage sealed) {
    return MailRequest.newBuilder()
        .setDeposit(
            Deposit.newBuilder().setOwner(peer.key()).setToken(token).setSealed(sealed.bytes()))
        .build();
  }

  /** The same as on the link, so that the recipient knows a message that comes by both ways. */
  private static Envelope envelope(OutboxMessage message) {
    Envelope.Builder envelope =
        Envelope.newBuilder()
            .setMessageId(message.id().bytes())
            .setSentAtMillis(message.acceptedAt().toEpochMilli())
            .setContentType(message.contentType())
            .setBody(message.body());
    message.expiresAt().ifPresent(at -> envelope.setExpiresAtMillis(at.toEpochMilli()));
    return envelope.build();
  }

  private static Outcome outcome(Status status) {
    return switch (status) {
      case OK -> new Outcome.Left();
      case NOT_ALLOWED -> new Outcome.NotAllowed();
      case MAILBOX_FULL,
          DEPOSITOR_FULL,
          RELAY_FULL,
          RATE_LIMITED,
          STORAGE_FAILING,
          MALFORMED,
          STATUS_UNSPECIFIED,
          UNRECOGNIZED ->
          new Outcome.Later("the relay answers " + status);
    };
  }
}
