/**
 * A node's mail: leaves messages that cannot be delivered at the recipient's relay, and fetches
 * those that wait at its own.
 *
 * <p>Two threads of its own, one for what goes out and one for what comes in, which may block on
 * the network and the disk; nobody waits for them. Knows relays through {@link
 * dev.parley.mail.MailRelay} and the disk through {@link dev.parley.mail.MailBook}, messages
 * through {@code messaging}, and nothing of Netty, links or SQL.
 *
 * <p>Internal: no part of the public API.
 */
@NullMarked
package dev.parley.mail;

import org.jspecify.annotations.NullMarked;
