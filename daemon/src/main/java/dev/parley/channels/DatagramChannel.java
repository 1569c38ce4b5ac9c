package dev.parley.channels;

import dev.parley.link.LinkPath;
import dev.parley.link.StreamEnd;
import dev.parley.proto.id.PeerId;
import java.nio.ByteBuffer;

/**
 * Datagrams both ways with a program at a peer: each arrives once and whole, or not at all, and not
 * always in order. Never blocks. Thread-safe. Implemented by parley alone.
 */
public interface DatagramChannel extends AutoCloseable {
  PeerId peer();

  ServiceName service();

  /** The path in use at the moment. */
  LinkPath path();

  /** The most that a datagram may have, in bytes; constant. */
  int maxBytes();

  /** Says who takes what the peer sends. What comes before is kept, a little, then dropped. */
  void start(Handler handler);

  /**
   * Sends one datagram, which is copied. False: dropped here and now, and counted.
   *
   * @throws IllegalArgumentException when it is larger than {@link #maxBytes}
   */
  boolean send(ByteBuffer datagram);

  /** What has been counted. */
  Counts counts();

  /** Ends it at both sides. */
  @Override
  void close();

  /**
   * @param sent handed to the link
   * @param received from the peer, and given to the handler
   * @param dropped here: there was no room when they were sent, or the handler was not there in
   *     time
   * @param lost sent by the peer, and never seen here
   */
  record Counts(long sent, long received, long dropped, long lost) {}

  /** Hears what the peer does. On the links' thread; must not block. Implemented by programs. */
  interface Handler {
    /** One datagram; the buffer is valid during the call only. */
    void onDatagram(ByteBuffer datagram);

    /** The channel is over. Called once. */
    void onClosed(StreamEnd how);
  }
}
