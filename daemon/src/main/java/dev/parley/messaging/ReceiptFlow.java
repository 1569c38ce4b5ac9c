package dev.parley.messaging;

import com.google.common.collect.ImmutableList;
import dev.parley.messaging.MessageStore.DueReceipt;
import dev.parley.proto.id.MessageId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Telling one author which of its messages were read here. What is read is a range of the inbox, so
 * two positions say all: receipts are due up to the one and taken up to the other. A page is in
 * memory at a time. No I/O; owned by the messaging thread.
 */
final class ReceiptFlow {
  /** Ids in memory; sent in frames of at most {@link WireLimits#MAX_RECEIPT_IDS}. */
  static final int PAGE = 1_024;

  private final Set<MessageId> outstanding = new HashSet<>();
  private long outstandingUpTo;
  private long takenUpTo;
  private long dueUpTo;
  private long readAtMillis;
  private boolean reading;
  private int epoch;

  void onDue(StoredState.ReceiptSpan span) {
    takenUpTo = Math.max(takenUpTo, span.takenUpTo());
    dueUpTo = Math.max(dueUpTo, span.dueUpTo());
    readAtMillis = Math.max(readAtMillis, span.readAtMillis());
  }

  Optional<Request> nextPage() {
    if (reading || !outstanding.isEmpty() || !hasWork()) {
      return Optional.empty();
    }
    reading = true;
    return Optional.of(new Request(epoch, takenUpTo, dueUpTo));
  }

  /** Takes a page and returns the ids to send; when there are none, see {@link #takeTaken}. */
  ImmutableList<MessageId> onPage(Request request, List<DueReceipt> due) {
    if (request.epoch != epoch) {
      return ImmutableList.of();
    }
    reading = false;
    due.forEach(receipt -> outstanding.add(receipt.id()));
    outstandingUpTo = due.isEmpty() ? request.upTo : due.get(due.size() - 1).position();
    return due.stream().map(DueReceipt::id).collect(ImmutableList.toImmutableList());
  }

  void onPageFailed(Request request) {
    if (request.epoch == epoch) {
      reading = false;
    }
  }

  /** The author has taken these. */
  void onTaken(MessageId id) {
    outstanding.remove(id);
  }

  /** The position up to which everything is taken, when that has moved since the last call. */
  OptionalLong takeTaken() {
    if (!outstanding.isEmpty() || outstandingUpTo <= takenUpTo) {
      return OptionalLong.empty();
    }
    takenUpTo = outstandingUpTo;
    return OptionalLong.of(takenUpTo);
  }

  void onStreamLost() {
    outstanding.clear();
    outstandingUpTo = takenUpTo;
    reading = false;
    epoch++;
  }

  boolean hasWork() {
    return takenUpTo < dueUpTo;
  }

  long readAtMillis() {
    return readAtMillis;
  }

  /** Receipts after one position, up to another. */
  record Request(int epoch, long after, long upTo) {}
}
