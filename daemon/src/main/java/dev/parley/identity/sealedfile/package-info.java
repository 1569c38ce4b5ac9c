/**
 * Files that a passphrase opens: Argon2id makes the key, ChaCha20-Poly1305 encrypts in chunks, so
 * that any length takes constant memory and nothing is believed before it is authenticated.
 *
 * <p>Streams of one thread. Belongs to {@code identity} so that one package imports BouncyCastle,
 * and knows nothing of what the files are for.
 */
@NullMarked
package dev.parley.identity.sealedfile;

import org.jspecify.annotations.NullMarked;
