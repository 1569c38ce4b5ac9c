/**
 * Forwards: services of this machine that peers may reach, and local sockets that lead to services
 * of peers.
 *
 * <p>Joins local sockets to channels: TCP, UDP and Unix sockets at one end, {@link
 * dev.parley.channels.StreamChannel} and {@link dev.parley.channels.DatagramChannel} at the other.
 * The sockets live on an event loop of their own, {@code parley-forward}, which is made when the
 * first is needed; bytes are copied once on their way to or from the links' thread. Knows channels,
 * and the disk as {@link dev.parley.forward.ForwardStore}; nothing of QUIC, paths or NAT.
 *
 * <p>Which of the types here are public API stands in {@code docs/embedding.md}; all others are
 * internal.
 */
@NullMarked
package dev.parley.forward;

import org.jspecify.annotations.NullMarked;
