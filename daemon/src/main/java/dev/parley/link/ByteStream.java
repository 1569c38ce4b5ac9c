package dev.parley.link;

import dev.parley.proto.id.PeerId;
import java.nio.ByteBuffer;

/**
 * A bidirectional stream of bytes with one peer, in order and without loss until it ends. Each
 * direction ends on its own. Thread-safe.
 *
 * <p>It outlives every change of path. It may go over more than one connection in its life, when a
 * fresh one is the faster; nothing of that is seen here. When the link itself is lost it is lost
 * too, and its handler hears so.
 */
public interface ByteStream {
  /** Who is at the other end, proven by its key. */
  PeerId peer();

  /** The path in use. */
  LinkPath path();

  /**
   * Sends these bytes, which are copied: the buffer is the caller's again. Never blocks and never
   * refuses: whoever writes much looks at {@link #isWritable} first. What is written after {@link
   * #end}, or after the stream has ended otherwise, is dropped.
   */
  void write(ByteBuffer bytes);

  /** Whether the stream takes more without piling it up in memory. */
  boolean isWritable();

  /**
   * Stops or resumes reading. While stopped, at most one window of flow control is buffered, and
   * the peer is held back. Reading is on in the beginning.
   */
  void setReading(boolean reading);

  /** Ends this side's direction: the peer hears so after all that was written. Again: nothing. */
  void end();

  /**
   * Ends both directions at once. What is under way either way may be lost. After both have ended:
   * nothing.
   *
   * @param reason told to the peer, 0 to 2^30
   */
  void reset(int reason);
}
