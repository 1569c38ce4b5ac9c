package dev.parley.messaging;

import com.google.common.collect.ImmutableMap;
import dev.parley.proto.id.PeerId;

/**
 * A consumer as it is on disk.
 *
 * @param cursor everything up to here is acknowledged
 * @param handedUpTo everything up to here was handed over before, as far as is known
 * @param singles how many messages after the cursor are acknowledged singly
 * @param unread by sender, what lies after the cursor and is not acknowledged
 */
public record StoredConsumer(
    ConsumerName name,
    long cursor,
    long handedUpTo,
    int singles,
    ImmutableMap<PeerId, Long> unread) {}
