package dev.parley.messaging;

import java.time.Instant;
import java.util.Optional;

/**
 * How far a message of ours has come, and when. What did not happen, or is not known, is empty.
 *
 * @param queuedAt committed to the outbox here
 * @param sentAt last written to a link
 * @param deliveredAt acknowledged by the peer
 * @param readAt read there, by the peer's clock
 * @param endedAt expired or failed
 * @param expiresAt not delivered after this time
 * @param problem why, when failed or expired; otherwise empty
 */
public record MessageProgress(
    MessageState state,
    Optional<Instant> queuedAt,
    Optional<Instant> sentAt,
    Optional<Instant> deliveredAt,
    Optional<Instant> readAt,
    Optional<Instant> endedAt,
    Optional<Instant> expiresAt,
    String problem) {

  /** The same, known to have been written to a link at this time. */
  MessageProgress sent(Instant at) {
    return new MessageProgress(
        state == MessageState.QUEUED ? MessageState.SENT : state,
        queuedAt,
        Optional.of(at),
        deliveredAt,
        readAt,
        endedAt,
        expiresAt,
        problem);
  }
}
