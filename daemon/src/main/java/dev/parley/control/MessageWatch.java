package dev.parley.control;

import dev.parley.contacts.Contacts;
import dev.parley.control.v1.MessageEvent;
import dev.parley.messaging.Messages;
import dev.parley.proto.id.PeerId;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One WatchMessages call. A client that reads slowly misses events and is told how many: states are
 * in the history too. Guarded by itself.
 */
final class MessageWatch {
  /** Some 200 bytes each. */
  static final int MAX_WAITING = 4_096;

  private final ServerCallStreamObserver<MessageEvent> observer;
  private final Optional<PeerId> peer;
  private final Contacts contacts;
  private final ArrayDeque<dev.parley.messaging.MessageEvent> waiting = new ArrayDeque<>();
  private Messages.@Nullable Watch watch;
  private long missed;
  private boolean cancelled;

  MessageWatch(
      ServerCallStreamObserver<MessageEvent> observer, Optional<PeerId> peer, Contacts contacts) {
    this.observer = observer;
    this.peer = peer;
    this.contacts = contacts;
  }

  void start(Messages messages) {
    observer.setOnCancelHandler(this::cancel);
    observer.setOnReadyHandler(this::flush);
    Messages.Watch started = messages.watch(this::offer);
    synchronized (this) {
      watch = started;
      if (cancelled) {
        started.close();
      }
    }
  }

  private synchronized void offer(dev.parley.messaging.MessageEvent event) {
    if (cancelled || peer.filter(only -> !only.equals(event.to())).isPresent()) {
      return;
    }
    waiting.add(event);
    if (waiting.size() > MAX_WAITING) {
      waiting.remove();
      missed++;
    }
    flush();
  }

  private synchronized void flush() {
    while (!cancelled && !waiting.isEmpty() && observer.isReady()) {
      dev.parley.messaging.MessageEvent event = waiting.remove();
      observer.onNext(
          MessageEvent.newBuilder()
              .setPeerId(event.to().toString())
              .setPeerName(contacts.nameOf(event.to()).orElse(""))
              .setStatus(Wire.status(event.status()))
              .setMissed(missed)
              .build());
      missed = 0;
    }
  }

  private synchronized void cancel() {
    cancelled = true;
    waiting.clear();
    if (watch != null) {
      watch.close();
    }
  }
}
