package dev.parley.messaging;

import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.util.concurrent.CompletableFuture;

/** One message that has come as mail: whoever brought it hears once what became of it. */
record MailArrival(PeerId peer, CompletableFuture<MailFate> fate) implements ArrivalSource {
  @Override
  public void onCommitted(InboxMessage message) {
    fate.complete(MailFate.KEPT);
  }

  @Override
  public void onCommitDone() {
    // It was the only one.
  }

  @Override
  public void onCommitFailed(MessageId first) {
    fate.complete(MailFate.LATER);
  }

  @Override
  public void onSettled(InboxMessage message) {
    // Mail comes one message at a time, so nothing has to be held back.
  }

  @Override
  public void refuseIfAllCommitted() {
    // Told already.
  }
}
