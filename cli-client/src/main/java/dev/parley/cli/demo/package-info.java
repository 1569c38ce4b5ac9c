/**
 * The story that `parley demo` tells: real processes, driven through their control sockets.
 *
 * <p>The main thread tells the story; one thread per process reads its output. Knows the daemon's
 * program by its command line alone.
 */
@NullMarked
package dev.parley.cli.demo;

import org.jspecify.annotations.NullMarked;
