/**
 * The one UDP port of a node and the event loop it lives on.
 *
 * <p>Epoll with segmentation offload on Linux, NIO elsewhere. Knows nothing of what is sent.
 *
 * <p>Internal: no part of the public API.
 */
@NullMarked
package dev.parley.nat.port;

import org.jspecify.annotations.NullMarked;
