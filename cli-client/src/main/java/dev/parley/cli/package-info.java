/**
 * The parley program: one class per command.
 *
 * <p>Each command runs on the main thread, makes at most one connection to the daemon, and ends
 * with an exit code of {@link dev.parley.cli.client.ExitCode}. What it prints as JSON is a promise
 * kept in docs/cli.md. It knows the daemon by the control API alone, never by the daemon's classes.
 */
@NullMarked
package dev.parley.cli;

import org.jspecify.annotations.NullMarked;
