/**
 * How a peer is found: the signed discovery record, and the ticket that carries one by hand.
 *
 * <p>Values and their codecs; no thread owns them. Knows identities, not links.
 */
@NullMarked
package dev.parley.discovery;

import org.jspecify.annotations.NullMarked;
