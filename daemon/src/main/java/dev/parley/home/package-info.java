/**
 * A home while a node runs on it: the directory of what is there at run time, and the lock that
 * keeps a second node off.
 *
 * <p>Thread-safe; blocks for the disk. Knows where a home's files lie and nothing of the node.
 * Internal: no part of the public API.
 */
@NullMarked
package dev.parley.home;

import org.jspecify.annotations.NullMarked;
