/**
 * The control API: serves {@link dev.parley.node.Node} to the programs of this user by gRPC over a
 * Unix socket, and holds the lock that keeps a second daemon off the same home.
 *
 * <p>One event loop carries the connections; calls run on a few threads of their own, because the
 * address book blocks for the disk. This is the only package that knows gRPC. It must not know how
 * the node does what it does: links, paths and the store are behind {@code Node}.
 */
@NullMarked
package dev.parley.control;

import org.jspecify.annotations.NullMarked;
