package dev.parley.messaging;

import dev.parley.proto.id.MessageId;
import java.time.Instant;

/**
 * A report on a message of ours.
 *
 * @param problem why, when failed or expired; otherwise empty
 */
public record MessageStatus(MessageId id, MessageState state, Instant at, String problem) {}
