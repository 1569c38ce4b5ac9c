/**
 * The sockets of multicast DNS: one of each family on each interface, on the port that it shares
 * with the machine's own responder, and the one thread that reads and writes them.
 *
 * <p>The JDK's channels, not Netty's: they turn off {@code IP_MULTICAST_ALL}, so that each hears
 * its own interface alone, and what strangers send takes no time from the event loop that moves
 * datagrams of links. Must not know what a message says.
 *
 * <p>Internal: no part of the public API.
 */
@NullMarked
package dev.parley.discovery.lan.socket;

import org.jspecify.annotations.NullMarked;
