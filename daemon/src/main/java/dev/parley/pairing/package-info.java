/**
 * Becoming contacts by a short code: codes and their words, and what two nodes that share one say
 * to each other.
 *
 * <p>Protocol logic: frames in, steps out. A {@link dev.parley.pairing.PairingExchange} belongs to
 * whoever drives it, on one thread at a time. Knows neither relays nor connections, no contacts and
 * no clock.
 *
 * <p>Which of the types here are public API stands in {@code docs/embedding.md}; all others are
 * internal.
 */
@NullMarked
package dev.parley.pairing;

import org.jspecify.annotations.NullMarked;
