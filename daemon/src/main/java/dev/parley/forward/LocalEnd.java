package dev.parley.forward;

/** A forward that listens. */
sealed interface LocalEnd permits StreamForward, DatagramForward {
  /** Where, with the port that it was given. */
  Endpoint bound();

  /** Listens no more; connections that stand go on. On the event loop. */
  void close();
}
