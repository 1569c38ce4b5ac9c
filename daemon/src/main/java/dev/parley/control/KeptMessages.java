package dev.parley.control;

import dev.parley.contacts.Contacts;
import dev.parley.control.v1.KeptMessage;
import dev.parley.messaging.InboxMessage;
import dev.parley.messaging.MessageProgress;
import dev.parley.messaging.MessageState;

/** Messages of the history, as the control API writes them. */
final class KeptMessages {
  private final Contacts contacts;

  KeptMessages(Contacts contacts) {
    this.contacts = contacts;
  }

  KeptMessage of(dev.parley.messaging.KeptMessage message) {
    KeptMessage.Builder kept =
        KeptMessage.newBuilder()
            .setPosition(Math.max(0, message.position()))
            .setMessageId(message.id().toString())
            .setPeerId(message.peer().toString())
            .setPeerName(contacts.nameOf(message.peer()).orElse(""));
    if (message instanceof dev.parley.messaging.KeptMessage.Received received) {
      received(kept, received.message());
    } else if (message instanceof dev.parley.messaging.KeptMessage.Sent sent) {
      sent(kept, sent);
    }
    return kept.build();
  }

  private static void received(KeptMessage.Builder kept, InboxMessage message) {
    kept.setDirection(KeptMessage.Direction.DIRECTION_RECEIVED)
        .setContentType(message.contentType())
        .setBody(message.body())
        .setSentAtMillis(message.sentAt().toEpochMilli())
        .setReceivedAtMillis(message.receivedAt().toEpochMilli())
        .setPath(Wire.kind(message.path()));
  }

  private static void sent(
      KeptMessage.Builder kept, dev.parley.messaging.KeptMessage.Sent message) {
    MessageProgress progress = message.progress();
    kept.setDirection(KeptMessage.Direction.DIRECTION_SENT)
        .setState(Wire.state(progress.state()))
        .setProblem(progress.problem());
    message
        .content()
        .ifPresent(content -> kept.setContentType(content.type()).setBody(content.body()));
    progress.queuedAt().ifPresent(at -> kept.setQueuedAtMillis(at.toEpochMilli()));
    progress.sentAt().ifPresent(at -> kept.setSentAtMillis(at.toEpochMilli()));
    progress.deliveredAt().ifPresent(at -> kept.setDeliveredAtMillis(at.toEpochMilli()));
    progress.readAt().ifPresent(at -> kept.setReadAtMillis(at.toEpochMilli()));
    progress.expiresAt().ifPresent(at -> kept.setExpiresAtMillis(at.toEpochMilli()));
    if (progress.endedAt().isPresent()) {
      long ended = progress.endedAt().get().toEpochMilli();
      if (progress.state() == MessageState.EXPIRED) {
        kept.setExpiredAtMillis(ended);
      } else {
        kept.setFailedAtMillis(ended);
      }
    }
  }
}
