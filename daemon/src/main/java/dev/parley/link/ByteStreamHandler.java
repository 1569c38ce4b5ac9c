package dev.parley.link;

import java.nio.ByteBuffer;

/** Receives what the peer sends on one stream. Called on the links' thread; must not block. */
public interface ByteStreamHandler {
  /** The next bytes; the buffer is valid during the call only. */
  void onBytes(ByteBuffer bytes);

  /** The stream has become writable again. */
  default void onWritable() {}

  /** The peer has ended its direction; no bytes follow. This side may go on writing. */
  void onEnd();

  /** The stream is over, in both directions. Nothing follows. Called once. */
  void onClosed(StreamEnd how);
}
