package dev.parley.messaging;

import dev.parley.proto.id.PeerId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All consumers, and what is unread. Owned by the messaging thread; the counts may be read by any.
 */
final class Consumers {
  /** Each costs a row, and a count for each peer with unread messages. */
  static final int MAX_CONSUMERS = 256;

  private final Core core;
  private final Senders senders;

  /** What no consumer has acknowledged. */
  private final UnreadCount unread;

  private final Map<ConsumerName, InboxReader> readers = new ConcurrentHashMap<>();
  private volatile boolean closed;
  private long lastPosition;

  Consumers(Core core, Senders senders, StoredState state, UnreadCount unread) {
    this.core = core;
    this.senders = senders;
    this.unread = unread;
    this.lastPosition = state.lastInboxPosition();
    for (StoredConsumer stored : state.consumers()) {
      readers.put(stored.name(), new InboxReader(stored, core, this));
    }
  }

  /** Called on any thread. */
  InboxSubscription subscribe(ConsumerName name, int window, InboxListener listener) {
    if (window < 1) {
      throw new IllegalArgumentException("a window of " + window + "; at least 1 is needed");
    }
    Subscription subscription = new Subscription(core, this, window, listener);
    core.thread().post(() -> begin(name, subscription));
    return subscription;
  }

  /** Thread-safe. A consumer that is not known yet counts what nobody has acknowledged. */
  UnreadCount unread(ConsumerName name) {
    InboxReader reader = readers.get(name);
    return reader == null ? unread : reader.unread();
  }

  long lastPosition() {
    return lastPosition;
  }

  /** These have been committed to the inbox, in order. */
  void onArrived(List<InboxMessage> messages) {
    long lastBefore = lastPosition;
    lastPosition = messages.get(messages.size() - 1).position();
    messages.forEach(message -> unread.add(message.from(), 1));
    readers.values().forEach(reader -> reader.onArrived(messages, lastBefore));
  }

  /** Retention has dropped messages that some consumers had not acknowledged. */
  void onDropped(MessageStore.Dropped dropped) {
    dropped
        .unread()
        .forEach(
            (name, byPeer) -> {
              InboxReader reader = readers.get(name);
              if (reader != null) {
                reader.onDropped(byPeer);
              }
            });
  }

  void onAcknowledged(Acknowledged acknowledged) {
    acknowledged.firstReads().forEach((PeerId peer, Long count) -> unread.add(peer, -count));
    acknowledged.receiptsDue().forEach(senders::onReceiptsDue);
  }

  void close() {
    closed = true;
    readers.values().forEach(InboxReader::close);
  }

  private void begin(ConsumerName name, Subscription subscription) {
    InboxReader known = readers.get(name);
    if (closed) {
      subscription.end("the node is closing");
    } else if (known != null) {
      known.begin(subscription);
    } else if (readers.size() >= MAX_CONSUMERS) {
      subscription.end("there are " + MAX_CONSUMERS + " consumers already, the most there can be");
    } else {
      register(name, subscription);
    }
  }

  private void register(ConsumerName name, Subscription subscription) {
    core.thread()
        .whenStored(
            core.store().registerConsumer(name),
            stored -> {
              // Counted between two commits: what arrives from here on is told as it arrives.
              InboxReader reader =
                  readers.computeIfAbsent(name, key -> new InboxReader(stored, core, this));
              if (closed) {
                subscription.end("the node is closing");
              } else if (!subscription.isEnded()) {
                reader.begin(subscription);
              }
            },
            failure -> subscription.end(String.valueOf(failure.getMessage())));
  }
}
