package dev.parley.messaging;

import com.google.common.collect.ImmutableMap;
import dev.parley.proto.id.PeerId;

/**
 * A consumer as it is on disk.
 *
 * @param cursor everything up to here is acknowledged
 * @param handedUpTo everything up to here was handed over before, as far as is known
 * @param unread by sender, what lies after the cursor
 */
public record StoredConsumer(
    ConsumerName name, long cursor, long handedUpTo, ImmutableMap<PeerId, Long> unread) {}
