/**
 * The client side of a relay: connections that keep themselves up, and the choice of a home relay.
 *
 * <p>All of it belongs to one event loop, the one of the node's UDP port, so that a datagram passes
 * from the path switch to a relay without changing threads; only names are resolved elsewhere. A
 * connection through an HTTP proxy will be another way for {@code RelayDial} to open the channel;
 * nothing above it will notice. Knows nothing of what a datagram carries, nor of links or messages.
 *
 * <p>Internal: no part of the public API.
 */
@NullMarked
package dev.parley.relay.client;

import org.jspecify.annotations.NullMarked;
