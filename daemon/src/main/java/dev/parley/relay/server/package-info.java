/**
 * The relay role: forwards opaque datagrams between authenticated keys and answers STUN.
 *
 * <p>Each connection belongs to its event loop; what connections share (the directory of clients,
 * the limits, the statistics) is thread-safe and small. Everything that a stranger can make it hold
 * or do is bounded by {@link dev.parley.config.RelayConfig.Limits}. Knows nothing of what a
 * datagram carries, of nodes, links or messages.
 *
 * <p>Internal: no part of the public API.
 */
@NullMarked
package dev.parley.relay.server;

import org.jspecify.annotations.NullMarked;
