/**
 * Messages between real daemons: over each kind of path, across crashes on both sides, changes of
 * the path and restarts of the relay. None may be lost, doubled or out of order.
 *
 * <p>Knows the programs through {@code process} and the network through {@code lab}.
 */
@NullMarked
package dev.parley.it.messages;

import org.jspecify.annotations.NullMarked;
