/**
 * Who this node is: the Ed25519 key, its file, its certificate, and signatures by it.
 *
 * <p>The one package that makes keys and certificates, and with its subpackages the only one that
 * imports BouncyCastle. An {@link dev.parley.identity.Identity} is immutable and may be used by any
 * thread.
 */
@NullMarked
package dev.parley.identity;

import org.jspecify.annotations.NullMarked;
