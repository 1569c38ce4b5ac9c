/**
 * Messages that are never lost: outbox, inbox, receipts, consumers.
 *
 * <p>Public here: {@link dev.parley.messaging.Messages} and the values it speaks. The protocol
 * itself is an actor on one thread of its own; it sees links through {@code dev.parley.link} and
 * the disk through {@link dev.parley.messaging.MessageStore}. It knows nothing of Netty, QUIC, NAT
 * or SQL.
 *
 * <p>Which of the types here are public API stands in {@code docs/embedding.md}; all others are
 * internal.
 */
@NullMarked
package dev.parley.messaging;

import org.jspecify.annotations.NullMarked;
