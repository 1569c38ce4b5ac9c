package dev.parley.messaging;

import dev.parley.config.NodeConfig;
import dev.parley.messaging.MessageStore.DropRequest;
import dev.parley.messaging.MessageStore.Dropped;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops what has been kept long enough, or is too much: in small slices between the other changes,
 * so that nobody waits for it. What nobody has read and what still waits for its peer is never
 * dropped; bounds of their own hold these. Owned by the messaging thread.
 *
 * <p>A clock that is set wrong for an hour must not cost the history of a year. So ages are
 * measured by a clock of its own, on disk, which follows the node's at no more than {@link
 * #CLOCK_STEP} per {@link #EVERY} of running.
 */
final class Retention {
  static final Duration EVERY = Duration.ofMinutes(1);
  static final Duration CLOCK_STEP = Duration.ofHours(1);

  /** Messages in one change: some milliseconds of the writer's time. */
  static final int SLICE = 256;

  private static final Logger log = LoggerFactory.getLogger(Retention.class);

  private final Core core;
  private final Consumers consumers;
  private final NodeConfig.Retention rules;
  private boolean closed;

  Retention(Core core, Consumers consumers, NodeConfig.Retention rules) {
    this.core = core;
    this.consumers = consumers;
    this.rules = rules;
  }

  void start() {
    // Without bounds too: other things grow old by its clock.
    var unused = core.thread().schedule(EVERY, () -> slice(CLOCK_STEP, 0));
  }

  void close() {
    closed = true;
  }

  private void slice(Duration clockStep, long droppedBefore) {
    if (closed) {
      return;
    }
    DropRequest request =
        new DropRequest(core.clock().instant(), clockStep, rules.maxAge(), rules.maxBytes(), SLICE);
    core.thread()
        .whenStored(
            core.store().dropOld(request),
            dropped -> onDropped(dropped, droppedBefore + dropped.count()),
            failure -> {
              log.debug("retention waits for the disk: {}", failure.getMessage());
              start();
            });
  }

  private void onDropped(Dropped dropped, long soFar) {
    consumers.onDropped(dropped);
    if (dropped.more()) {
      slice(Duration.ZERO, soFar);
      return;
    }
    if (soFar > 0) {
      log.info("retention has dropped {} messages", soFar);
    }
    start();
  }
}
