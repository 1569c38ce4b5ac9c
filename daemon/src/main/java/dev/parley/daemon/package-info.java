/**
 * The {@code parleyd} program: options, logging, signals, and errors that a person can act on.
 *
 * <p>Puts the node and its control server together, or runs the relay role. Nothing else in parley
 * knows that it runs inside this program.
 *
 * <p>Internal: no part of the public API.
 */
@NullMarked
package dev.parley.daemon;

import org.jspecify.annotations.NullMarked;
