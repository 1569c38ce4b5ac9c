/**
 * Links over QUIC: one connection per pair of peers, and others beside it for bulk, mutual TLS by
 * identity key, on the node's one UDP port, above the path switch.
 *
 * <p>The only package that imports the QUIC codec. Everything runs on the event loop of the UDP
 * port; the public methods of {@link dev.parley.link.Links} post to it. Knows paths as something
 * that the switch below looks after, and messages not at all.
 *
 * <p>Internal: no part of the public API.
 */
@NullMarked
package dev.parley.transport;

import org.jspecify.annotations.NullMarked;
