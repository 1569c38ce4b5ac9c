package dev.parley.pairing;

/**
 * Becoming contacts by a short code that one person tells another. Thread-safe; nothing here
 * blocks.
 *
 * <p>A code can be tried once: right or wrong, it is dead afterwards, and ten minutes after it was
 * made in any case.
 */
public interface Pairings {
  /** Makes a code and waits for who has it. The code dies when the handle is closed. */
  Handle invite(PairingPlan plan, PairingListener listener);

  /** Meets who has made this code. */
  Handle accept(String code, PairingPlan plan, PairingListener listener);

  /** One pairing; closing it ends it, and after its end does nothing. */
  interface Handle extends AutoCloseable {
    @Override
    void close();
  }
}
