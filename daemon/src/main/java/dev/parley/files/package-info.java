/**
 * Files from peer to peer: offered, accepted, resumed after anything, whole in the end.
 *
 * <p>Public here: {@link dev.parley.files.FileTransfers} and the values it speaks. The rest is an
 * actor on the thread {@code parley-files}; it sees peers through {@code dev.parley.link} and its
 * table through {@link dev.parley.files.FileStore}. It knows nothing of Netty, QUIC, NAT or SQL.
 *
 * <p>Which of the types here are public API stands in {@code docs/embedding.md}; all others are
 * internal.
 */
@NullMarked
package dev.parley.files;

import org.jspecify.annotations.NullMarked;
