/**
 * The table of expected outcomes against the simulated internet of {@code dev.parley.nat.sim}: the
 * same pairs as in the laboratory, in seconds and without privileges.
 *
 * <p>Runs in the test's thread, in virtual time. Starts no process and opens no socket.
 */
@NullMarked
package dev.parley.it.simulation;

import org.jspecify.annotations.NullMarked;
