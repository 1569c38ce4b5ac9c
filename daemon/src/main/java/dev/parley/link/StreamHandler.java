package dev.parley.link;

import com.google.protobuf.ByteString;
import java.util.List;

/** Receives what the peer sends on one stream. Called on the links' thread; must not block. */
public interface StreamHandler {
  /** Frames that arrived together, each within the limit of this kind of stream. */
  void onFrames(List<ByteString> frames);

  /** The stream has become writable again. */
  default void onWritable() {}

  /** The stream has ended, for whatever reason; nothing follows. Called once. */
  void onClosed();
}
