package dev.parley.link;

import com.google.protobuf.MessageLite;
import java.util.List;

/**
 * A bidirectional stream of frames, in order and without loss while the link lasts. Thread-safe.
 */
public interface LinkStream {
  Link link();

  /**
   * Sends these frames in one write. Never blocks and never refuses: whoever writes much looks at
   * {@link #isWritable} first. Frames written after the stream has ended are dropped.
   *
   * @throws IllegalArgumentException when a frame is over the limit of this kind of stream
   */
  void write(List<? extends MessageLite> frames);

  /** Whether the stream takes more without piling it up in memory. */
  boolean isWritable();

  /**
   * Stops or resumes reading. While stopped, at most one window of flow control is buffered and the
   * peer is held back.
   */
  void setReading(boolean reading);

  /** Ends the stream both ways. The peer's handler hears the reason as a number only. */
  void close();
}
