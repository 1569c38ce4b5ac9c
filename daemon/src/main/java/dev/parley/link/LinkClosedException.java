package dev.parley.link;

/** The link ended before what was asked of it was done. Another may come up; try again. */
public final class LinkClosedException extends Exception {
  private static final long serialVersionUID = 1L;

  public LinkClosedException(String message) {
    super(message);
  }
}
