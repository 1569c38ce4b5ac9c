/**
 * Interactive Connectivity Establishment (RFC 8445, trickled as in RFC 8838): finds pairs of
 * addresses between which two peers' NATs let datagrams pass.
 *
 * <p>The checks are ice4j's, on virtual sockets over the node's own UDP port; this is the only
 * package that knows it, and {@link dev.parley.nat.ice.IceEngine} the only door. No class of ice4j
 * is loaded before the first attempt. Nothing unauthenticated reaches it: {@code
 * CheckDemultiplexer} verifies MESSAGE-INTEGRITY of requests and responses first.
 *
 * <p>Threads: whatever the door shows runs on the event loop of the UDP port. ice4j's own methods
 * are called on the thread {@code parley-ice}, and its listeners and timers run on threads of its
 * own; all of them post to the event loop. Knows nothing of how candidates are signalled, and a
 * pair that is found here is a hint only: it becomes a path by the probes of {@code nat.path}.
 *
 * <p>Internal: no part of the public API.
 */
@NullMarked
package dev.parley.nat.ice;

import org.jspecify.annotations.NullMarked;
