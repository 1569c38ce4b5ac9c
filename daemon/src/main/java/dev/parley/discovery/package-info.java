/**
 * How a peer is found: the signed discovery record, and the ticket that carries one by hand.
 *
 * <p>Values and their codecs; no thread owns them. Knows identities, not links.
 *
 * <p>Which of the types here are public API stands in {@code docs/embedding.md}; all others are
 * internal.
 */
@NullMarked
package dev.parley.discovery;

import org.jspecify.annotations.NullMarked;
