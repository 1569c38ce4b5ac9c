/**
 * The distribution: what is in the archive, and that its launchers work wherever it is unpacked.
 *
 * <p>Knows the programs through {@code process}.
 */
@NullMarked
package dev.parley.it.distribution;

import org.jspecify.annotations.NullMarked;
