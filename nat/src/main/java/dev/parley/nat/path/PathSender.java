package dev.parley.nat.path;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DatagramPacket;

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
      sendRelayed(relayed, content, segmentBytes);
    }
  }

  private void sendRelayed(PathAddress.Relayed path, ByteBuf content, int segmentBytes) {
    if (segmentBytes <= 0) {
      if (!path.carrier().send(path.peer(), content)) {
        drops.count(Drop.NO_PATH);
      }
      return;
    }
    while (content.isReadable()) {
      int size = Math.min(segmentBytes, content.readableBytes());
      if (!path.carrier().send(path.peer(), content.readRetainedSlice(size))) {
        drops.count(Drop.NO_PATH);
      }
    }
    content.release();
  }

  void drop(ByteBuf content) {
    content.release();
    drops.count(Drop.NO_PATH);
  }
}
