package dev.parley.link;

/** The kinds of stream on a link, with the largest frame that each takes, in bytes. */
public enum StreamKind {
  /** Signalling between the two ends of a link. Owned by the transport. */
  CONTROL(16 * 1024),
  /** Messages one way, acknowledgements the other. */
  MESSAGES(72 * 1024);

  private final int maxFrameBytes;

  StreamKind(int maxFrameBytes) {
    this.maxFrameBytes = maxFrameBytes;
  }

  public int maxFrameBytes() {
    return maxFrameBytes;
  }
}
