/**
 * The {@code parleyd} program: command lines, signals, and the lines on standard output that others
 * wait for.
 *
 * <p>Wires the other packages together and holds no logic of theirs; nothing depends on it.
 */
@NullMarked
package dev.parley.daemon;

import org.jspecify.annotations.NullMarked;
