/**
 * Sockets between peers: services by name, stream channels, datagram channels.
 *
 * <p>A service name at a peer is what a port is at an address. A stream channel is one {@link
 * dev.parley.link.ByteStream}, whose first bytes name the service and answer; a datagram channel is
 * such a stream for its life and death, and datagrams of the link with a flow id. Owned by the
 * links' thread. Knows links and contacts' names as a predicate; no Netty, no QUIC, no disk.
 *
 * <p>Which of the types here are public API stands in {@code docs/embedding.md}; all others are
 * internal.
 */
@NullMarked
package dev.parley.channels;

import org.jspecify.annotations.NullMarked;
