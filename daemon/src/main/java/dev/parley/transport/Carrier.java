package dev.parley.transport;

import dev.parley.peer.v1.StreamHeader;
import dev.parley.proto.id.PeerId;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.quic.QuicStreamChannel;
import org.jspecify.annotations.Nullable;

/** A QUIC connection whose peer is proven, as its pipeline sees it. Owned by the event loop. */
sealed interface Carrier permits Connection, BulkConnection {
  PeerId peer();

  /** The peer opens one more stream, of which nothing is known yet. False: it has too many. */
  boolean admit(QuicStreamChannel stream);

  /** What takes the stream with this header; null when the peer may not open it. */
  @Nullable IncomingHandler accept(StreamHeader header);

  /** A datagram of the peer. The buffer is released by the caller. */
  void onDatagram(ByteBuf datagram);

  /** The largest datagram that the peer takes has become known. */
  void onMaxDatagram(int bytes);

  /** The QUIC connection is gone. */
  void onChannelClosed(String reason);

  /** The peer broke the protocol in a way that is counted, not argued about. */
  void onHostileInput(String what);

  void onStreamFailure(Throwable cause);
}
