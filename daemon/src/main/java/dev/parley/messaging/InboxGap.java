package dev.parley.messaging;

import java.time.Instant;

/**
 * Messages that retention has dropped before a consumer had acknowledged them, or that were lost
 * with a damaged database; of the latter, the positions and times are those at which it is told.
 * Told until the consumer has acknowledged {@code lastPosition} or something after it.
 *
 * @param firstPosition of the first that is gone
 * @param lastPosition of the last; to be acknowledged like that of a message
 * @param count how many are gone; 0 when nobody knows how many, if any
 * @param firstAt when the first of them had arrived
 * @param lastAt when the last of them had arrived
 */
public record InboxGap(
    long firstPosition, long lastPosition, long count, Instant firstAt, Instant lastAt) {}
