/**
 * An internet in memory, whose time passes only when a test says so.
 *
 * <p>Networks, NATs, STUN servers and a relay are simulated; what decides about paths is the real
 * thing: the path switch, its tables and schedules, the STUN client and the rules for candidates.
 * Above the switch stands a small double of the link, which exchanges keys, addresses and numbered
 * datagrams. Everything that is left to chance comes from one seed.
 *
 * <p>Everything runs in the thread that lets time pass. Knows nothing of QUIC, ice4j and sockets.
 */
@NullMarked
package dev.parley.nat.sim;

import org.jspecify.annotations.NullMarked;
