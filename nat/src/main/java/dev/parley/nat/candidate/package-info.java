/**
 * Which addresses of ours may be told to peers, and which of theirs may be tried.
 *
 * <p>Pure functions over snapshots of the interfaces, and {@link
 * dev.parley.nat.candidate.NetworkWatch}, which notices when those are others and belongs to who
 * asks it.
 *
 * <p>Internal: no part of the public API.
 */
@NullMarked
package dev.parley.nat.candidate;

import org.jspecify.annotations.NullMarked;
