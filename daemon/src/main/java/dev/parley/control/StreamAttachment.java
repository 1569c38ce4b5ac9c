package dev.parley.control;

import com.google.protobuf.ByteString;
import dev.parley.channels.StreamChannel;
import dev.parley.control.v1.ChannelData;
import dev.parley.link.StreamEnd;
import java.nio.ByteBuffer;

/** A stream channel of a call. */
final class StreamAttachment implements ChannelCall.Attached, StreamChannel.Handler {
  static final int MAX_REASON = 0xffff;
  private static final int MAX_CHUNK_BYTES = 64 * 1024;

  private final StreamChannel channel;
  private final ChannelCall call;

  StreamAttachment(StreamChannel channel, ChannelCall call) {
    this.channel = channel;
    this.call = call;
  }

  @Override
  public void take(ChannelData request) throws Refusal {
    switch (request.getPartCase()) {
      case DATA -> channel.write(request.getData().asReadOnlyByteBuffer());
      case END -> channel.shutdownOutput();
      case RESET -> {
        channel.reset(reason(request));
        call.complete();
      }
      // What a later version adds beside these.
      case PART_NOT_SET -> {}
      default -> throw Refusal.badArgument("a stream channel takes data, end and reset");
    }
  }

  static int reason(ChannelData request) throws Refusal {
    int reason = request.getReset().getReason();
    if (reason < 0 || reason > MAX_REASON) {
      throw Refusal.badArgument("the reason of a reset is 0 to " + MAX_REASON);
    }
    return reason;
  }

  @Override
  public boolean takesMore() {
    return channel.isWritable();
  }

  @Override
  public void setReading(boolean reading) {
    channel.setReading(reading);
  }

  @Override
  public void end() {
    channel.shutdownOutput();
  }

  @Override
  public void reset(int reason) {
    channel.reset(reason);
  }

  @Override
  public void onBytes(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      int size = Math.min(bytes.remaining(), MAX_CHUNK_BYTES);
      call.tell(ChannelData.newBuilder().setData(ByteString.copyFrom(bytes, size)), true);
    }
  }

  @Override
  public void onWritable() {
    call.askForMore();
  }

  @Override
  public void onEnd() {
    call.tellEnd();
  }

  @Override
  public void onClosed(StreamEnd how) {
    call.tellClosed(how);
  }
}
