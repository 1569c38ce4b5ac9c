package dev.parley.mail;

import dev.parley.messaging.MailFate;
import dev.parley.peer.v1.Envelope;
import dev.parley.proto.id.PeerId;
import java.util.concurrent.CompletionStage;

/** Where opened mail goes. */
@FunctionalInterface
public interface MailInbox {
  /** Completes once the message is on disk, or is not taken; never fails. */
  CompletionStage<MailFate> take(PeerId from, Envelope envelope);
}
