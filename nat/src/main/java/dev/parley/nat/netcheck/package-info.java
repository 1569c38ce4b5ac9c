/**
 * What kind of NAT a node is behind, in the words of RFC 4787.
 *
 * <p>{@link dev.parley.nat.netcheck.Netcheck} asks STUN servers from the node's own port and
 * belongs to its event loop; {@link dev.parley.nat.netcheck.NatClassifier} is a pure function over
 * what they answered. Knows nothing of peers or relays.
 *
 * <p>Internal: no part of the public API.
 */
@NullMarked
package dev.parley.nat.netcheck;

import org.jspecify.annotations.NullMarked;
