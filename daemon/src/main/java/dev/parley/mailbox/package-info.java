/**
 * Messages for a peer that is away: sealing and opening them, and the prekeys that they are sealed
 * to.
 *
 * <p>Values and pure functions; no thread owns them, and what they cost is bounded by the size of a
 * sealed message. Knows identities and the schemas, and nothing of links, relays or disks. What
 * arrives here was written by strangers: it is refused with a reason, never thrown.
 *
 * <p>Internal: no part of the public API.
 */
@NullMarked
package dev.parley.mailbox;

import org.jspecify.annotations.NullMarked;
