/**
 * Finding contacts on the same network by mDNS and DNS-SD (RFC 6762, RFC 6763): the messages, the
 * tokens by which contacts recognise each other and nobody else does, and what is said and answered
 * when.
 *
 * <p>Pure: datagrams and the time in, datagrams and sightings out, so that all of it is tested in
 * virtual time. Owned by the one thread of {@link dev.parley.discovery.lan.socket.LanThread}. Must
 * not know sockets, nor what is done with a sighting: it is a hint, and TLS proves the peer.
 *
 * <p>Internal: no part of the public API.
 */
@NullMarked
package dev.parley.discovery.lan;

import org.jspecify.annotations.NullMarked;
