/**
 * The path switch: gives what runs above it one constant address per flow, and moves the flow's
 * datagrams over the best path of the moment.
 *
 * <p>{@link dev.parley.nat.path.PathSwitch} is the Netty handler and the only door. Per peer there
 * is a {@code Route}, owned by the event loop of the UDP port; what it decides is in {@code
 * PathTable} and {@code PathPolicy}, which do no I/O and read no clock. Knows nothing of what the
 * datagrams say: {@link dev.parley.nat.path.FlowLookup} tells flows apart.
 *
 * <p>Internal: no part of the public API.
 */
@NullMarked
package dev.parley.nat.path;

import org.jspecify.annotations.NullMarked;
