/**
 * Direct paths over TCP, for networks that drop UDP: a listener at the number of the node's UDP
 * port, a dialler, and the connections.
 *
 * <p>{@link dev.parley.nat.tcp.TcpPort} is the door. A connection carries frames of a two-byte
 * length and a datagram. Its first frames tie it to a peer by the keys of a link that exists
 * ({@code Opening}); nothing else is taken before. Then it is one more place that datagrams come
 * from and go to, and the path switch decides what it is good for. Owned by the event loop of the
 * UDP port. Knows nothing of what datagrams say, nor when a peer is to be dialled.
 *
 * <p>Internal: no part of the public API.
 */
@NullMarked
package dev.parley.nat.tcp;

import org.jspecify.annotations.NullMarked;
