/**
 * The programs as users get them: relays, daemons and commands as processes of the unpacked
 * distribution, each with a home of its own, all ended and their logs kept when a test fails.
 *
 * <p>Everything here is used by the thread of the test. Knows the programs by their command lines,
 * their output and the control socket alone.
 */
@NullMarked
package dev.parley.it.process;

import org.jspecify.annotations.NullMarked;
