package dev.parley.messaging;

import com.google.common.collect.LinkedListMultimap;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.time.Clock;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who want to hear how far their message has come. In memory only: who asked is gone after a
 * restart. A listener is dropped when its message has come to its end, and the oldest when there
 * are too many. Owned by the messaging thread, but for the watches.
 */
final class StateListeners {
  /** For callers that do not listen. */
  static final Consumer<MessageStatus> NOBODY = status -> {};

  static final int MAX_LISTENERS = 65_536;

  private static final Logger log = LoggerFactory.getLogger(StateListeners.class);

  private final Clock clock;
  private final StateWatches watches = new StateWatches();
  private final LinkedListMultimap<MessageId, Watched> watched = LinkedListMultimap.create();

  StateListeners(Clock clock) {
    this.clock = clock;
  }

  StateWatches watches() {
    return watches;
  }

  /** Hears of a message from here on; it has just been committed. */
  void add(PeerId to, MessageId id, Consumer<MessageStatus> listener) {
    listen(id, listener)
        .ifPresent(it -> it.tell(new MessageStatus(id, MessageState.QUEUED, clock.instant(), "")));
    watches.tell(
        new MessageEvent(to, new MessageStatus(id, MessageState.QUEUED, clock.instant(), "")));
  }

  /** Hears of a message that was sent before: how far it is, then the rest. */
  void addKnown(KeptMessage.Sent known, Consumer<MessageStatus> listener) {
    MessageProgress progress = known.progress();
    Optional<Watched> added = listen(known.id(), listener);
    added.ifPresent(
        it -> {
          it.tell(status(known.id(), MessageState.QUEUED, progress.queuedAt(), ""));
          if (progress.state() == MessageState.READ) {
            it.tell(status(known.id(), MessageState.DELIVERED, progress.deliveredAt(), ""));
          }
          Optional<Instant> at =
              switch (progress.state()) {
                case QUEUED -> progress.queuedAt();
                case SENT -> progress.sentAt();
                case DELIVERED -> progress.deliveredAt();
                case READ -> progress.readAt();
                case EXPIRED, FAILED -> progress.endedAt();
              };
          it.tell(status(known.id(), progress.state(), at, progress.problem()));
          if (progress.state().isFinal()) {
            watched.remove(known.id(), it);
          }
        });
  }

  void report(PeerId to, MessageId id, MessageState state) {
    report(to, id, state, "");
  }

  /** Tells the listeners, unless the message was that far before. */
  void report(PeerId to, MessageId id, MessageState state, String problem) {
    MessageStatus status = new MessageStatus(id, state, clock.instant(), problem);
    watches.tell(new MessageEvent(to, status));
    List<Watched> listening = watched.get(id);
    if (listening.isEmpty()) {
      return;
    }
    for (Watched one : List.copyOf(listening)) {
      if (state == MessageState.READ) {
        // A receipt may overtake the acknowledgement; what is read is delivered.
        one.tell(new MessageStatus(id, MessageState.DELIVERED, clock.instant(), ""));
      }
      one.tell(status);
    }
    if (state.isFinal()) {
      watched.removeAll(id);
    }
  }

  int size() {
    return watched.size();
  }

  private Optional<Watched> listen(MessageId id, Consumer<MessageStatus> listener) {
    if (listener == NOBODY) {
      return Optional.empty();
    }
    Watched added = new Watched(listener);
    watched.put(id, added);
    if (watched.size() > MAX_LISTENERS) {
      Iterator<Map.Entry<MessageId, Watched>> oldest = watched.entries().iterator();
      log.debug("too many listeners; that of message {} is dropped", oldest.next().getKey());
      oldest.remove();
    }
    return Optional.of(added);
  }

  private MessageStatus status(
      MessageId id, MessageState state, Optional<Instant> at, String problem) {
    return new MessageStatus(id, state, at.orElseGet(clock::instant), problem);
  }

  private static final class Watched {
    private final Consumer<MessageStatus> listener;
    private @Nullable MessageState told;

    Watched(Consumer<MessageStatus> listener) {
      this.listener = listener;
    }

    void tell(MessageStatus status) {
      if (told != null && status.state().compareTo(told) <= 0) {
        return;
      }
      told = status.state();
      try {
        listener.accept(status);
      } catch (RuntimeException e) {
        log.warn("a listener of message {} failed", status.id(), e);
      }
    }
  }
}
