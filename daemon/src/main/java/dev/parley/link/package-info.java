/**
 * What the layers above a link see of it: a peer, framed streams, the path of the moment.
 *
 * <p>Interfaces only. {@code transport} implements them over QUIC; tests implement them in memory.
 * Nothing here knows Netty, QUIC or NAT, and neither may those who use it. Unless a method says
 * otherwise it may be called from any thread, and every callback runs on the one thread that the
 * implementation names; callbacks must not block.
 *
 * <p>Which of the types here are public API stands in {@code docs/embedding.md}; all others are
 * internal.
 */
@NullMarked
package dev.parley.link;

import org.jspecify.annotations.NullMarked;
