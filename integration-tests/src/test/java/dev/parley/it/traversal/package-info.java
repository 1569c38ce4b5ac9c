/**
 * Daemons in the networks of the laboratory: who ends up how with whom, and what they ride out.
 *
 * <p>Used by the thread of the test.
 */
@NullMarked
package dev.parley.it.traversal;

import org.jspecify.annotations.NullMarked;
