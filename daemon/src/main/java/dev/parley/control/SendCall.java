package dev.parley.control;

import dev.parley.control.v1.MessageState;
import dev.parley.control.v1.MessageStatus;
import dev.parley.messaging.Messages;
import dev.parley.messaging.OutgoingMessage;
import io.grpc.stub.ServerCallStreamObserver;

/** One Send call. Reports come on the messaging thread; guarded by itself. */
final class SendCall {
  private final ServerCallStreamObserver<MessageStatus> observer;
  private final int waitFor;
  private boolean over;

  /**
   * @param waitFor the state that ends the call; unspecified means queued, and a state of a later
   *     version means the last one that this version knows
   */
  SendCall(ServerCallStreamObserver<MessageStatus> observer, MessageState waitFor) {
    this.observer = observer;
    this.waitFor =
        switch (waitFor) {
          case MESSAGE_STATE_SENT, MESSAGE_STATE_DELIVERED, MESSAGE_STATE_READ ->
              waitFor.getNumber();
          case MESSAGE_STATE_UNSPECIFIED, MESSAGE_STATE_QUEUED -> 0;
          case MESSAGE_STATE_EXPIRED, MESSAGE_STATE_FAILED, UNRECOGNIZED ->
              MessageState.MESSAGE_STATE_READ_VALUE;
        };
  }

  void start(Messages messages, OutgoingMessage message) {
    observer.setOnCancelHandler(this::cancel);
    messages
        .send(message, this::report)
        .whenComplete(
            (id, failure) -> {
              if (failure != null) {
                fail(failure);
              }
            });
  }

  private synchronized void report(dev.parley.messaging.MessageStatus status) {
    if (over) {
      return;
    }
    MessageState state = Wire.state(status.state());
    observer.onNext(Wire.status(status));
    // The states are numbered in the order in which a message passes them; the failures are last.
    if (status.state().isFinal() || state.getNumber() >= waitFor) {
      over = true;
      observer.onCompleted();
    }
  }

  private synchronized void fail(Throwable failure) {
    if (!over) {
      over = true;
      observer.onError(Failures.of(failure));
    }
  }

  private synchronized void cancel() {
    over = true;
  }
}
