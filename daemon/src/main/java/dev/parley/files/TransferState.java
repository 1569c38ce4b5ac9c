package dev.parley.files;

/** How far a transfer has come. The last four are for good. */
public enum TransferState {
  /** Waits for the answer of the receiver's user. */
  OFFERED,
  /** Accepted; waits for a link, or for its turn. */
  QUEUED,
  ACTIVE,
  /** Accepted; waits for something that is told as the problem, and goes on by itself. */
  PAUSED,
  /** Whole and in its place at the receiver. */
  DELIVERED,
  REFUSED,
  CANCELLED,
  FAILED;

  public boolean isOver() {
    return compareTo(DELIVERED) >= 0;
  }
}
