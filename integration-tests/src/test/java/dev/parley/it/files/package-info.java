/**
 * Files between two daemons, killed and cut.
 *
 * <p>On the thread of the test.
 */
@NullMarked
package dev.parley.it.files;

import org.jspecify.annotations.NullMarked;
