package dev.parley.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;

/** Netty's buffers for one input. Closing finds out whether one of them was not released. */
public final class Buffers implements AutoCloseable {
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
  private final List<EmbeddedChannel> channels = new ArrayList<>();

  public ByteBufAllocator allocator() {
    return allocator;
  }

  /** To be released by whoever gets it. */
  public ByteBuf of(byte[] bytes) {
    return allocator.buffer(Math.max(1, bytes.length)).writeBytes(bytes);
  }

  /** A channel whose buffers are these, which ends with them. */
  public EmbeddedChannel channel() {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.config().setAllocator(allocator);
    channels.add(channel);
    return channel;
  }

  /** Throws away what has come out of a channel at either end. */
  public static void drain(EmbeddedChannel channel) {
    for (Object out = channel.readInbound(); out != null; out = channel.readInbound()) {
      ReferenceCountUtil.release(out);
    }
    for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      ReferenceCountUtil.release(out);
    }
  }

  @Override
  public void close() {
    for (EmbeddedChannel channel : channels) {
      channel.close();
      channel.runPendingTasks();
      drain(channel);
    }
    long held = allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
    if (held != 0) {
      throw new AssertionError("buffers of " + held + " bytes were not released");
    }
  }
}
