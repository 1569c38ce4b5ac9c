/**
 * The BitTorrent Mainline DHT as a place to leave one's discovery record and to find those of
 * contacts: BEP 5 (nodes and lookups), BEP 43 (read-only), BEP 44 (signed items).
 *
 * <p>Owned by the node's event loop, which brings datagrams and ticks; nothing here blocks, holds a
 * socket or starts a thread. Must not know Netty, links or contacts. Whatever comes in was written
 * by strangers: the bounds stand in {@code docs/security.md}.
 */
@NullMarked
package dev.parley.discovery.dht;

import org.jspecify.annotations.NullMarked;
