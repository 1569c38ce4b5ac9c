/**
 * The control API: serves {@link dev.parley.node.Node} to the programs of this user by gRPC over a
 * Unix socket.
 *
 * <p>One event loop carries the connections; calls run on a few threads of their own, because the
 * address book blocks for the disk. This is the only package that knows gRPC. It must not know how
 * the node does what it does: links, paths and the store are behind {@code Node}.
 *
 * <p>Internal: no part of the public API.
 */
@NullMarked
package dev.parley.control;

import org.jspecify.annotations.NullMarked;
