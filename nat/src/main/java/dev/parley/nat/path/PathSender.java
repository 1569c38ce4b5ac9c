package dev.parley.nat.path;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DatagramPacket;
import java.util.function.Predicate;

/** Puts datagrams onto a path. Confined to the event loop. */
final class PathSender {
  private final ChannelHandlerContext udp;
  private final DropCounts drops;

  PathSender(ChannelHandlerContext udp, DropCounts drops) {
    this.udp = udp;
    this.drops = drops;
  }

  /**
   * Sends and releases.
   *
   * @param segmentBytes above 0: the content is several datagrams of this size, the last perhaps
   *     shorter
   */
  void send(PathAddress path, ByteBuf content, int segmentBytes) {
    if (path instanceof PathAddress.DirectUdp direct) {
      DatagramPacket packet =
          segmentBytes > 0
              ? new io.netty.channel.epoll.SegmentedDatagramPacket(
                  content, segmentBytes, direct.address())
              : new DatagramPacket(content, direct.address());
      udp.write(packet, udp.voidPromise());
    } else if (path instanceof PathAddress.Relayed relayed) {
      sendEach(content, segmentBytes, d -> relayed.carrier().send(relayed.peer(), d), Drop.NO_PATH);
    } else if (path instanceof PathAddress.DirectTcp tcp) {
      sendEach(content, segmentBytes, d -> tcp.connection().send(d), Drop.TCP_BUSY);
    }
  }

  private void sendEach(
      ByteBuf content, int segmentBytes, Predicate<ByteBuf> carrier, Drop otherwise) {
    if (segmentBytes <= 0) {
      if (!carrier.test(content)) {
        drops.count(otherwise);
      }
      return;
    }
    while (content.isReadable()) {
      int size = Math.min(segmentBytes, content.readableBytes());
      if (!carrier.test(content.readRetainedSlice(size))) {
        drops.count(otherwise);
      }
    }
    content.release();
  }

  void drop(ByteBuf content) {
    content.release();
    drops.count(Drop.NO_PATH);
  }
}
