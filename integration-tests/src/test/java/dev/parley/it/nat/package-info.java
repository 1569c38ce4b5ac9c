/**
 * What NATs do, in the words of RFC 4787, and what becomes of each pair of them: the one table that
 * the laboratory, a simulator and docs/nat-matrix.md go by.
 *
 * <p>Values only. Knows no network and nothing of parley's code, but for the test that has the
 * diagnosis say the same.
 */
@NullMarked
package dev.parley.it.nat;

import org.jspecify.annotations.NullMarked;
