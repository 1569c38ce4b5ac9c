package dev.parley.messaging;

import dev.parley.proto.id.MessageId;
import java.time.Clock;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who want to hear how far their message has come. In memory only: who asked is gone after a
 * restart. A listener is dropped when its message has come to its end, and the oldest when there
 * are too many. Owned by the messaging thread.
 */
final class StateListeners {
  /** For callers that do not listen. */
  static final Consumer<MessageStatus> NOBODY = status -> {};

  static final int MAX_LISTENERS = 65_536;

  private static final Logger log = LoggerFactory.getLogger(StateListeners.class);

  private final Clock clock;
  private final Map<MessageId, Watched> watched = new LinkedHashMap<>();

  StateListeners(Clock clock) {
    this.clock = clock;
  }

  void add(MessageId id, Consumer<MessageStatus> listener) {
    if (listener == NOBODY) {
      return;
    }
    watched.put(id, new Watched(listener));
    if (watched.size() > MAX_LISTENERS) {
      Iterator<MessageId> oldest = watched.keySet().iterator();
      log.debug("too many listeners; that of message {} is dropped", oldest.next());
      oldest.remove();
    }
    report(id, MessageState.QUEUED);
  }

  void report(MessageId id, MessageState state) {
    report(id, state, "");
  }

  /** Tells the listener, unless the message was that far before. */
  void report(MessageId id, MessageState state, String problem) {
    Watched listening = watched.get(id);
    if (listening == null) {
      return;
    }
    if (state == MessageState.READ) {
      // A receipt may overtake the acknowledgement; what is read is delivered.
      listening.tell(new MessageStatus(id, MessageState.DELIVERED, clock.instant(), ""));
    }
    listening.tell(new MessageStatus(id, state, clock.instant(), problem));
    if (state.isFinal()) {
      watched.remove(id);
    }
  }

  int size() {
    return watched.size();
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
