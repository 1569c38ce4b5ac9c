/**
 * Key encapsulation: secrets for the holder of a key who is not there to take part.
 *
 * <p>Pure functions over bytes; no thread owns them. Belongs to {@code identity} so that one
 * package imports BouncyCastle, and knows nothing of what the secrets are for.
 *
 * <p>Internal: no part of the public API.
 */
@NullMarked
package dev.parley.identity.kem;

import org.jspecify.annotations.NullMarked;
