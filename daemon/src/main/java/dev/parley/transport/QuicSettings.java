package dev.parley.transport;

import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.quic.EpollQuicUtils;
import io.netty.handler.codec.quic.QuicCodecBuilder;
import io.netty.handler.codec.quic.QuicCongestionControlAlgorithm;
import io.netty.handler.codec.quic.SegmentedDatagramPacketAllocator;
import java.util.concurrent.TimeUnit;

/** How every QUIC connection of a node is set up, in both roles. */
final class QuicSettings {
  /** RFC 9000 §14: what every path must carry; larger only where a path has been measured. */
  static final int DATAGRAM_BYTES = 1200;

  /** A link that hears nothing for this long is over; keep-alives come far more often. */
  static final long IDLE_TIMEOUT_MILLIS = 25_000;

  private static final long CONNECTION_WINDOW = 16 << 20;
  private static final long STREAM_WINDOW = 4 << 20;

  /**
   * Streams that a peer may have open at a time on one connection, whatever it is for: both kinds
   * come from one codec. Each kind of connection allows far fewer to some.
   */
  static final int MAX_STREAMS = 2_048;

  private static final int DATAGRAM_QUEUE = 256;
  private static final int SEGMENTS = 32;

  /** What waits in a stream of bytes before its writer is told to pause. */
  static final WriteBufferWaterMark BULK_WATER_MARK =
      new WriteBufferWaterMark(128 * 1024, 256 * 1024);

  private QuicSettings() {}

  static <B extends QuicCodecBuilder<B>> B apply(QuicCodecBuilder<B> builder) {
    return builder
        .localConnectionIdLength(ConnectionIds.LENGTH)
        .maxIdleTimeout(IDLE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
        .maxSendUdpPayloadSize(DATAGRAM_BYTES)
        .initialMaxData(CONNECTION_WINDOW)
        .initialMaxStreamDataBidirectionalLocal(STREAM_WINDOW)
        .initialMaxStreamDataBidirectionalRemote(STREAM_WINDOW)
        .initialMaxStreamsBidirectional(MAX_STREAMS)
        .initialMaxStreamsUnidirectional(0)
        .activeMigration(false)
        .congestionControlAlgorithm(QuicCongestionControlAlgorithm.BBR)
        .datagram(DATAGRAM_QUEUE, DATAGRAM_QUEUE);
  }

  static SegmentedDatagramPacketAllocator segments() {
    return EpollQuicUtils.newSegmentedAllocator(SEGMENTS);
  }
}
