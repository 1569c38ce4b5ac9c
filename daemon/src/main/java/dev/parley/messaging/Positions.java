package dev.parley.messaging;

/**
 * Gives every message its position, whether it is sent or arrives: so one number orders a whole
 * conversation, whatever the clock does. None is given twice. Owned by the messaging thread.
 */
final class Positions {
  private long last;

  Positions(long last) {
    this.last = last;
  }

  long next() {
    return ++last;
  }
}
