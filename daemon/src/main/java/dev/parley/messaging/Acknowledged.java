package dev.parley.messaging;

import com.google.common.collect.ImmutableMap;
import dev.parley.messaging.StoredState.ReceiptSpan;
import dev.parley.proto.id.PeerId;

/**
 * What an acknowledgement has changed.
 *
 * @param cursor where the consumer's is now
 * @param singles how many messages after the cursor are acknowledged singly
 * @param byConsumer by sender, how many messages this consumer had not acknowledged before
 * @param firstReads by sender, how many messages no consumer had acknowledged before
 * @param receiptsDue for the senders of first reads, what they do not know yet
 */
public record Acknowledged(
    long cursor,
    int singles,
    ImmutableMap<PeerId, Long> byConsumer,
    ImmutableMap<PeerId, Long> firstReads,
    ImmutableMap<PeerId, ReceiptSpan> receiptsDue) {

  public static Acknowledged nothing(long cursor, int singles) {
    return new Acknowledged(
        cursor, singles, ImmutableMap.of(), ImmutableMap.of(), ImmutableMap.of());
  }
}
