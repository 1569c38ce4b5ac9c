package dev.parley.files;

import com.google.common.collect.ImmutableList;
import dev.parley.files.FileTransfers.Summary;
import dev.parley.files.StoredTransfer.Done;
import dev.parley.proto.id.PeerId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All transfers, on disk and in memory, and who wants to hear of them. Owned by the files' thread,
 * but for {@link #summary} and the watchers.
 */
final class Ledger {
  private static final Logger log = LoggerFactory.getLogger(Ledger.class);

  /** Of those that are over, so many are kept to be looked at. */
  static final int MAX_OVER = 1_000;

  /** An offer that nobody has answered by then has failed, and nobody is told any more. */
  static final Duration PATIENCE = Duration.ofDays(30);

  static final long PUBLISH_EVERY_NANOS = Duration.ofMillis(250).toNanos();
  static final long WRITE_EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  private final FileStore store;
  private final Clock clock;
  private final LongSupplier ticker;
  private final Map<TransferId, Item> items = new LinkedHashMap<>();
  private final List<Consumer<Transfer>> watchers = new CopyOnWriteArrayList<>();
  private volatile Summary summary = new Summary(0, 0, 0);

  Ledger(FileStore store, Clock clock, LongSupplier ticker) {
    this.store = store;
    this.clock = clock;
    this.ticker = ticker;
  }

  void restore(List<StoredTransfer> stored) {
    stored.forEach(each -> items.put(each.id(), new Item(each, ticker.getAsLong())));
    sum();
  }

  Optional<Item> find(TransferId id) {
    return Optional.ofNullable(items.get(id));
  }

  Stream<Item> all() {
    return items.values().stream();
  }

  Stream<Item> of(PeerId peer) {
    return all().filter(item -> item.stored.peer().equals(peer));
  }

  ImmutableList<Transfer> list() {
    return all().map(item -> item.shown(now())).collect(ImmutableList.toImmutableList());
  }

  long now() {
    return ticker.getAsLong();
  }

  Instant instant() {
    return clock.instant();
  }

  Summary summary() {
    return summary;
  }

  FileTransfers.Watch watch(Consumer<Transfer> watcher) {
    watchers.add(watcher);
    return () -> watchers.remove(watcher);
  }

  /** Adds one; it is there when it is on disk, and not at all when that fails. */
  CompletionStage<Void> add(StoredTransfer stored) {
    return store.put(stored);
  }

  /** It is on disk. */
  Item added(StoredTransfer stored) {
    Item item = new Item(stored, now());
    items.put(stored.id(), item);
    publish(item);
    return item;
  }

  /** Changes one. What is asked for next is on disk after this is. */
  CompletionStage<Void> change(Item item, StoredTransfer next) {
    if (item.stored.state() != next.state()) {
      log.info(
          "transfer {} with {}: {} -> {} {}",
          next.id(),
          next.peer().shortForm(),
          item.stored.state(),
          next.state(),
          next.problem());
    }
    item.stored = next.with(item.done);
    publish(item);
    CompletionStage<Void> written = store.put(item.stored);
    written.whenComplete(
        (done, failure) -> {
          if (failure != null) {
            log.warn("transfer {} could not be written down: {}", next.id(), failure.toString());
          }
        });
    return written;
  }

  /** It has come so far. */
  void progress(Item item, Done done) {
    item.done = done;
    long now = now();
    item.meter.at(now, done.bytes());
    if (now - item.publishedAt >= PUBLISH_EVERY_NANOS) {
      publish(item);
    }
  }

  /** Writes the progress down. Nothing depends on it: what has come is found on the disk. */
  void writeProgress(Item item) {
    if (!item.stored.done().equals(item.done)) {
      change(item, item.stored);
    }
  }

  void publish(Item item) {
    item.publishedAt = now();
    sum();
    Transfer shown = item.shown(item.publishedAt);
    watchers.forEach(watcher -> watcher.accept(shown));
  }

  /** Ends what has waited for too long, and forgets what was over long ago. */
  void sweep() {
    Instant old = instant().minus(PATIENCE);
    List<TransferId> over = new ArrayList<>();
    for (Item item : List.copyOf(items.values())) {
      StoredTransfer stored = item.stored;
      if (!item.isOpen()) {
        over.add(stored.id());
        if (!stored.told() && stored.endedAt().filter(old::isAfter).isPresent()) {
          change(item, stored.in(stored.state(), true));
        }
      } else if (stored.state() == TransferState.OFFERED && stored.createdAt().isBefore(old)) {
        change(
            item,
            stored.over(
                TransferState.FAILED, true, "nobody has answered it for 30 days", instant()));
      }
    }
    List<TransferId> forgotten = over.subList(0, Math.max(0, over.size() - MAX_OVER));
    if (!forgotten.isEmpty()) {
      forgotten.forEach(items::remove);
      store.remove(List.copyOf(forgotten));
    }
  }

  private void sum() {
    int offers = 0;
    int active = 0;
    int waiting = 0;
    for (Item item : items.values()) {
      TransferState state = item.state();
      if (state == TransferState.OFFERED && item.stored.isIncoming()) {
        offers++;
      } else if (state == TransferState.ACTIVE) {
        active++;
      } else if (!state.isOver()) {
        waiting++;
      }
    }
    summary = new Summary(offers, active, waiting);
  }
}
