/**
 * Why the way to a peer is what it is: from what both sides know of their networks and from how the
 * attempts ended, to a verdict, a cause and what would help.
 *
 * <p>Values and one pure function, {@link dev.parley.diagnosis.Diagnosis}. Knows no network, no
 * clock and no thread; {@code node} brings the evidence.
 *
 * <p>Which of the types here are public API stands in {@code docs/embedding.md}; all others are
 * internal.
 */
@NullMarked
package dev.parley.diagnosis;

import org.jspecify.annotations.NullMarked;
