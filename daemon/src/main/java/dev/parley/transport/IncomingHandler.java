package dev.parley.transport;

import io.netty.channel.ChannelInboundHandler;
import io.netty.handler.codec.quic.QuicStreamChannel;

/** Takes over a stream of the peer once its header has been read. */
interface IncomingHandler extends ChannelInboundHandler {
  /** It is in the pipeline now; what follows the header comes by {@code channelRead}. */
  void begin(QuicStreamChannel stream);
}
