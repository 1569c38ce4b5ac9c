/**
 * Which addresses of ours may be told to peers, and which of theirs may be tried.
 *
 * <p>Pure functions over snapshots of the interfaces; no thread owns anything here.
 */
@NullMarked
package dev.parley.nat.candidate;

import org.jspecify.annotations.NullMarked;
