package dev.parley.transport;

import io.netty.handler.codec.quic.QuicStreamChannel;

/** How many streams a peer has open on one connection. Owned by the event loop. */
final class StreamCount {
  private int open;

  boolean admit(QuicStreamChannel stream, int most) {
    if (open >= most) {
      return false;
    }
    open++;
    stream.closeFuture().addListener(closed -> open--);
    return true;
  }
}
