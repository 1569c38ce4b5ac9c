package dev.parley.messaging;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.parley.proto.id.PeerId;

/**
 * What messaging starts from.
 *
 * @param outboxes peers for which messages wait
 * @param lastPosition the highest that was ever given, as far as is known, or 0
 * @param lastInboxPosition the highest of the inbox that is kept, or 0
 * @param unread by sender, what no consumer has acknowledged
 * @param receiptsDue peers that do not know yet what was read
 */
public record StoredState(
    ImmutableMap<PeerId, WaitingOutbox> outboxes,
    long lastPosition,
    long lastInboxPosition,
    ImmutableMap<PeerId, Long> unread,
    ImmutableList<StoredConsumer> consumers,
    ImmutableMap<PeerId, ReceiptSpan> receiptsDue) {

  /** What waits for one peer. */
  public record WaitingOutbox(long count, long lastPosition) {}

  /**
   * Receipts are due for a peer's messages after one position, up to another.
   *
   * @param readAtMillis when the newest of them was read
   */
  public record ReceiptSpan(long takenUpTo, long dueUpTo, long readAtMillis) {}
}
