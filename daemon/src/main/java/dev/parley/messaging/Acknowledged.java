package dev.parley.messaging;

import com.google.common.collect.ImmutableMap;
import dev.parley.proto.id.PeerId;

/**
 * What an acknowledgement has changed.
 *
 * @param byConsumer by sender, how many messages this consumer had not acknowledged before
 * @param firstReads by sender, messages that no consumer had acknowledged before
 */
public record Acknowledged(
    ImmutableMap<PeerId, Long> byConsumer, ImmutableMap<PeerId, FirstReads> firstReads) {

  public static final Acknowledged NOTHING = new Acknowledged(ImmutableMap.of(), ImmutableMap.of());

  /** How many, and the last position: receipts are due up to there. */
  public record FirstReads(long count, long lastPosition) {}
}
