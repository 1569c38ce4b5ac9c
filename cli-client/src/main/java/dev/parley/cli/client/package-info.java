/**
 * The daemon as its client sees it: the connection, the streams, the process, and what goes wrong
 * with them in words for the user.
 *
 * <p>Netty's one event loop fills queues; the main thread empties them. Knows nothing of commands
 * or of how things are printed.
 */
@NullMarked
package dev.parley.cli.client;

import org.jspecify.annotations.NullMarked;
