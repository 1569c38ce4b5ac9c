package dev.parley.channels;

import dev.parley.link.LinkPath;
import dev.parley.link.StreamEnd;
import dev.parley.proto.id.PeerId;
import java.nio.ByteBuffer;

/**
 * A reliable ordered stream of bytes, both ways, with a program at a peer. Each direction ends on
 * its own. Thread-safe. Implemented by parley alone.
 *
 * <p>It survives every change of path, and costs nothing while it is idle. It ends when the link is
 * lost, as when either daemon ends.
 */
public interface StreamChannel extends AutoCloseable {
  PeerId peer();

  ServiceName service();

  /** The path in use at the moment. */
  LinkPath path();

  /**
   * Says who takes what the peer sends, and starts reading: nothing is read before, and the peer is
   * held back. Called once, unless {@link #blocking} is used instead.
   */
  void start(Handler handler);

  /** The same as a pair of blocking streams. Called once, instead of {@link #start}. */
  BlockingStreams blocking();

  /**
   * Sends these bytes, which are copied. Never blocks and never refuses: whoever writes much looks
   * at {@link #isWritable} first and waits for {@link Handler#onWritable}.
   */
  void write(ByteBuffer bytes);

  /** Whether the channel takes more without piling it up in memory. */
  boolean isWritable();

  /** Stops or resumes reading; while stopped, the peer is held back. */
  void setReading(boolean reading);

  /** Ends this side's direction; the peer hears so after all that was written. */
  void shutdownOutput();

  /**
   * Ends both directions at once; what is under way may be lost. Nothing happens when both have
   * ended.
   *
   * @param reason for the program at the peer, 0 to 65,535
   */
  void reset(int reason);

  /** Resets with reason 0, unless both directions have ended. */
  @Override
  default void close() {
    reset(0);
  }

  /** Hears what the peer does. On the links' thread; must not block. Implemented by programs. */
  interface Handler {
    /** The next bytes; the buffer is valid during the call only. */
    void onBytes(ByteBuffer bytes);

    /** The channel has become writable again. */
    default void onWritable() {}

    /** The peer has ended its direction; this side may go on writing. */
    void onEnd();

    /** Both directions are over. Called once; nothing follows. */
    void onClosed(StreamEnd how);
  }
}
