package dev.parley.control;

import com.google.protobuf.ByteString;
import dev.parley.channels.DatagramChannel;
import dev.parley.control.v1.ChannelData;
import dev.parley.control.v1.DatagramCounts;
import dev.parley.link.StreamEnd;
import java.nio.ByteBuffer;

/** A datagram channel of a call: what the client does not take in time is dropped and counted. */
final class DatagramAttachment implements ChannelCall.Attached, DatagramChannel.Handler {
  private final DatagramChannel channel;
  private final ChannelCall call;

  /** For the client, and not taken. Of the links' thread. */
  private long notTaken;

  DatagramAttachment(DatagramChannel channel, ChannelCall call) {
    this.channel = channel;
    this.call = call;
  }

  @Override
  public void take(ChannelData request) throws Refusal {
    switch (request.getPartCase()) {
      case DATAGRAM -> {
        if (request.getDatagram().size() > channel.maxBytes()) {
          throw Refusal.badArgument(
              "a datagram of this channel has at most " + channel.maxBytes() + " bytes");
        }
        // A drop is counted there, and told with the next datagram.
        boolean sent = channel.send(request.getDatagram().asReadOnlyByteBuffer());
      }
      case END, RESET -> {
        channel.close();
        call.complete();
      }
      case PART_NOT_SET -> {}
      default -> throw Refusal.badArgument("a datagram channel takes datagram, end and reset");
    }
  }

  @Override
  public boolean takesMore() {
    return true;
  }

  @Override
  public void setReading(boolean reading) {
    // Datagrams that nobody takes are dropped instead.
  }

  @Override
  public void end() {
    channel.close();
  }

  @Override
  public void reset(int reason) {
    channel.close();
  }

  @Override
  public void onDatagram(ByteBuffer datagram) {
    DatagramChannel.Counts counts = channel.counts();
    ChannelData.Builder data =
        ChannelData.newBuilder()
            .setDatagram(ByteString.copyFrom(datagram))
            .setCounts(
                DatagramCounts.newBuilder()
                    .setSent(counts.sent())
                    .setReceived(counts.received())
                    .setDropped(counts.dropped() + notTaken)
                    .setLost(counts.lost()));
    if (!call.tell(data, false)) {
      notTaken++;
    }
  }

  @Override
  public void onClosed(StreamEnd how) {
    call.tellClosed(how);
  }
}
