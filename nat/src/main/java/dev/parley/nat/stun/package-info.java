/**
 * STUN as RFC 8489 has it: the codec, the answer to a binding request, and a client that asks.
 *
 * <p>Only what finding one's own address and ICE's checks need. The codec is made of pure functions
 * over a datagram; {@link dev.parley.nat.stun.StunClient} belongs to the event loop of the UDP port
 * it rides on. Knows nothing of peers, paths or who uses the answer.
 *
 * <p>Internal: no part of the public API.
 */
@NullMarked
package dev.parley.nat.stun;

import org.jspecify.annotations.NullMarked;
