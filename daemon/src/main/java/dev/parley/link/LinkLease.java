package dev.parley.link;

/** Keeps a link wanted until closed. Closing twice does nothing. Thread-safe. */
public interface LinkLease extends AutoCloseable {
  /** Tries now if the next attempt would otherwise wait. */
  void retryNow();

  @Override
  void close();
}
