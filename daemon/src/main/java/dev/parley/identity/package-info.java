/**
 * Who this node is: the Ed25519 key, its file, its certificate, and signatures by it.
 *
 * <p>The one package that makes keys and certificates, and with its subpackages the only one that
 * imports BouncyCastle. An {@link dev.parley.identity.Identity} is immutable and may be used by any
 * thread.
 *
 * <p>Which of the types here are public API stands in {@code docs/embedding.md}; all others are
 * internal.
 */
@NullMarked
package dev.parley.identity;

import org.jspecify.annotations.NullMarked;
