package dev.parley.messaging;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who want to hear of every message of ours. Thread-safe; told on the messaging thread. */
final class StateWatches {
  private static final Logger log = LoggerFactory.getLogger(StateWatches.class);

  private final List<Consumer<MessageEvent>> watchers = new CopyOnWriteArrayList<>();

  Messages.Watch add(Consumer<MessageEvent> watcher) {
    // Wrapped, so that the same watcher may watch twice and end one of the two.
    Consumer<MessageEvent> mine = watcher::accept;
    watchers.add(mine);
    return () -> watchers.remove(mine);
  }

  boolean isEmpty() {
    return watchers.isEmpty();
  }

  void tell(MessageEvent event) {
    for (Consumer<MessageEvent> watcher : watchers) {
      try {
        watcher.accept(event);
      } catch (RuntimeException e) {
        log.warn("a watcher of messages failed and is dropped", e);
        watchers.remove(watcher);
      }
    }
  }
}
