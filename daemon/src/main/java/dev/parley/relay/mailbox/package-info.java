/**
 * What a relay keeps for peers that are away: sealed messages, the prekeys to seal them to, and the
 * hashes of the capabilities by which contacts may leave them.
 *
 * <p>Rules and values; what is kept lies behind {@link dev.parley.relay.mailbox.MailStore}. Knows
 * neither connections nor Netty, and of a sealed message nothing but its size.
 *
 * <p>Internal: no part of the public API.
 */
@NullMarked
package dev.parley.relay.mailbox;

import org.jspecify.annotations.NullMarked;
