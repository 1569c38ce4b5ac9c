/**
 * Programs of others at the ends of channels and beside parley: OpenSSH, nginx, wrk, iperf3. Each
 * runs on a {@link dev.parley.it.process.Home} and ends with its stage.
 *
 * <p>On the thread of the test. Knows nothing of what parley says of itself.
 */
@NullMarked
package dev.parley.it.tools;

import org.jspecify.annotations.NullMarked;
