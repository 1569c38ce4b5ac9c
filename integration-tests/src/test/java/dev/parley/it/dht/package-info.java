/**
 * The Mainline DHT against other people's implementations of it, on the loopback alone. Each runs
 * in a process of its own; this side is {@link dev.parley.discovery.dht.MainlineDht} with a socket.
 */
package dev.parley.it.dht;
