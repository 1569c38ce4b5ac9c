package dev.parley.relay.rendezvous;

/** Why a request about slots was refused; each is counted by the relay. */
public enum Refused {
  /** Nobody waits there: a guess, or a code that is over. */
  NO_SUCH_SLOT,
  /** Too many tries of one address. */
  RATE_OF_ADDRESS,
  /** Too many tries in all. */
  RATE_IN_ALL,
  SLOTS_OF_ADDRESS,
  SLOTS_IN_ALL,
  /** A second slot, a frame without a partner, too many frames, or one too large. */
  MISUSED
}
