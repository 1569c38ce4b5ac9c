/**
 * Agreement on a key by two sides that share nothing but a few words: EC J-PAKE (RFC 8236) over
 * P-256.
 *
 * <p>An exchange belongs to whoever drives it, on one thread at a time. Knows nothing of codes,
 * contacts or the network.
 */
@NullMarked
package dev.parley.identity.pake;

import org.jspecify.annotations.NullMarked;
