/**
 * Asks the gateway to forward a port of its own to the node's UDP port: PCP (RFC 6887), NAT-PMP
 * (RFC 6886) and UPnP-IGD, whichever it speaks.
 *
 * <p>{@link dev.parley.nat.mapping.PortMapper} belongs to an event loop, on which nothing blocks;
 * the clients block and run on an executor for that. Nothing is sent but to the default gateway,
 * and to SSDP's multicast group on the interface towards it. What comes back is bounded and
 * believed from the gateway alone. Knows nothing of peers, paths or who uses the address.
 *
 * <p>Internal: no part of the public API.
 */
@NullMarked
package dev.parley.nat.mapping;

import org.jspecify.annotations.NullMarked;
