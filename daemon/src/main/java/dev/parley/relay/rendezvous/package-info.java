/**
 * Where two nodes that share a code meet at a relay: numbered slots, and the bounds of all that
 * strangers may do with them.
 *
 * <p>Rules and values, thread-safe. Knows neither connections nor Netty, and of what goes through a
 * slot nothing but its size.
 *
 * <p>Internal: no part of the public API.
 */
@NullMarked
package dev.parley.relay.rendezvous;

import org.jspecify.annotations.NullMarked;
