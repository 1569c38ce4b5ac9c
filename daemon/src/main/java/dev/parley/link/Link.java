package dev.parley.link;

import dev.parley.proto.id.PeerId;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * An authenticated, encrypted connection with one peer, whatever path it takes at the moment.
 * Thread-safe.
 */
public interface Link {
  PeerId peer();

  /**
   * Opens a stream and writes its header. Frames may be written at once. If the link is already
   * down, the handler hears {@link StreamHandler#onClosed} and the stream takes nothing.
   */
  LinkStream open(StreamKind kind, StreamHandler handler);

  /** The path in use. */
  LinkPath path();

  /** The path that the last packet from the peer came by. */
  LinkPath inboundPath();

  /**
   * One round trip over the link. Completes with its time, or exceptionally with {@link
   * LinkClosedException} when the link ends first. The caller brings the deadline.
   */
  CompletionStage<Duration> ping();
}
