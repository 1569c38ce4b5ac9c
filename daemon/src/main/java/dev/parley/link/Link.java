package dev.parley.link;

import dev.parley.proto.id.PeerId;
import java.nio.ByteBuffer;
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

  /**
   * Opens a stream of bytes beside the messages, over a connection of its own: what is sent there
   * does not delay them. Bytes may be written at once. If the link is already down, the handler
   * hears {@link ByteStreamHandler#onClosed}.
   */
  ByteStream open(ByteStreamKind kind, ByteStreamHandler handler);

  /**
   * Sends one datagram, which is copied. It may be lost, and is when the path is busy: it never
   * waits for long and never blocks. False: it was dropped here and now.
   *
   * @throws IllegalArgumentException when it has more than {@link #maxDatagramBytes}
   */
  boolean sendDatagram(ByteBuffer datagram);

  /** The most that a datagram may have, in bytes; the same for the whole life of a link. */
  int maxDatagramBytes();

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
