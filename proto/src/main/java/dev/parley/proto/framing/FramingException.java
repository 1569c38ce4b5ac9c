package dev.parley.proto.framing;

/** The other side sent bytes that are no frames. The stream they came on is of no further use. */
public final class FramingException extends Exception {
  private static final long serialVersionUID = 1L;

  public FramingException(String message) {
    super(message);
  }
}
