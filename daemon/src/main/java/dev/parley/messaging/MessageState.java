package dev.parley.messaging;

/** How far a message has come. Only ever moves down this list, or to one of the two ends. */
public enum MessageState {
  /** Committed to the outbox here. */
  QUEUED,
  /** Written to a link; goes back to QUEUED in effect, not in name, when the link ends. */
  SENT,
  /** Committed to the inbox there. */
  DELIVERED,
  /** A consumer there has acknowledged it. */
  READ,
  /** Ended undelivered because its time was up. */
  EXPIRED,
  /** Ended undelivered because the peer refused it. */
  FAILED;

  /** Whether nothing can follow. */
  public boolean isFinal() {
    return this == READ || this == EXPIRED || this == FAILED;
  }
}
