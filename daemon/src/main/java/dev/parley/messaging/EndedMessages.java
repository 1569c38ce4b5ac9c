package dev.parley.messaging;

import com.google.common.collect.ImmutableList;
import dev.parley.messaging.MessageStore.OutboxEnd;
import dev.parley.messaging.MessageStore.OutboxFailure;
import dev.parley.messaging.MessageStore.SentRun;
import dev.parley.messaging.OutboundFlow.Ended;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down which messages to a peer are over, and tells their listeners once that is on disk.
 * One write at a time; what ends meanwhile goes into the next one. Owned by the messaging thread.
 */
final class EndedMessages {
  private static final Logger log = LoggerFactory.getLogger(EndedMessages.class);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final PeerId peer;
  private final Core core;
  private final OutboxSizes sizes;
  private final Runnable onStored;
  private List<MessageId> delivered = new ArrayList<>();
  private List<OutboxFailure> failed = new ArrayList<>();
  private List<SentRun> runs = new ArrayList<>();
  private long upTo;
  private boolean writing;
  private boolean heldUp;

  EndedMessages(PeerId peer, Core core, OutboxSizes sizes, Runnable onStored) {
    this.peer = peer;
    this.core = core;
    this.sizes = sizes;
    this.onStored = onStored;
  }

  void add(Ended ended) {
    delivered.addAll(ended.delivered());
    failed.addAll(ended.failed());
    runs.addAll(ended.runs());
    upTo = ended.upTo();
    write();
  }

  /** The disk does not take it; whoever sends on would only pile up more. */
  boolean isHeldUp() {
    return heldUp;
  }

  boolean isIdle() {
    return !writing && !heldUp && delivered.isEmpty() && failed.isEmpty();
  }

  private void write() {
    if (writing || heldUp || (delivered.isEmpty() && failed.isEmpty())) {
      return;
    }
    writing = true;
    List<MessageId> deliveredNow = delivered;
    List<OutboxFailure> failedNow = failed;
    OutboxEnd end = new OutboxEnd(upTo, ImmutableList.copyOf(failed), ImmutableList.copyOf(runs));
    delivered = new ArrayList<>();
    failed = new ArrayList<>();
    core.thread()
        .whenStored(
            core.store().endOutbox(peer, end, core.clock().instant()),
            left -> {
              runs.subList(0, end.runs().size()).clear();
              onWritten(left, deliveredNow, failedNow);
            },
            failure -> onFailure(failure, deliveredNow, failedNow));
  }

  private void onWritten(int left, List<MessageId> deliveredNow, List<OutboxFailure> failedNow) {
    writing = false;
    sizes.add(peer, -left);
    deliveredNow.forEach(id -> core.listeners().report(peer, id, MessageState.DELIVERED));
    failedNow.forEach(
        failure -> core.listeners().report(peer, failure.id(), failure.state(), failure.problem()));
    write();
    onStored.run();
  }

  private void onFailure(
      StorageFailure failure, List<MessageId> deliveredNow, List<OutboxFailure> failedNow) {
    log.debug("delivered messages are not written down yet: {}", failure.getMessage());
    writing = false;
    deliveredNow.addAll(delivered);
    failedNow.addAll(failed);
    delivered = deliveredNow;
    failed = failedNow;
    if (failure.kind() == StorageFailure.Kind.CLOSED) {
      return;
    }
    heldUp = true;
    core.thread()
        .schedule(
            RETRY,
            () -> {
              heldUp = false;
              write();
              onStored.run();
            });
  }
}
