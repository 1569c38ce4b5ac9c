/**
 * Everything about paths between two peers, usable on its own.
 *
 * <p>The way of a datagram: {@code port} (one UDP socket) → {@code path} (whose is it, which way
 * back; probes, liveness, the switch) → whatever runs above, which sees one constant address per
 * flow. Beside it {@code stun} (what are we from outside), {@code candidate} (which addresses may
 * be told and tried), {@code ice} (which pairs of them let datagrams pass), {@code mapping} (a port
 * of the gateway) and {@code netcheck} (what kind of NAT there is).
 *
 * <p>Everything runs on the event loop of the UDP port. Peers are opaque keys here; nothing in this
 * module knows of messages, contacts, identities or QUIC.
 *
 * <p>Internal: no part of the public API.
 */
@NullMarked
package dev.parley.nat;

import org.jspecify.annotations.NullMarked;
