/**
 * What users mistype, disks refuse and strangers send: each gets a clear error or is dropped and
 * counted, and nothing that was accepted is lost.
 *
 * <p>Knows the programs through {@code process}.
 */
@NullMarked
package dev.parley.it.badinput;

import org.jspecify.annotations.NullMarked;
