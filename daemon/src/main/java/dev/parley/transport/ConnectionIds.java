package dev.parley.transport;

import dev.parley.nat.path.Flow;
import dev.parley.nat.path.FlowLookup;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells QUIC connections apart by connection id, from nothing but what every version of QUIC keeps
 * constant (RFC 8999).
 *
 * <p>Ids of ours are learned from the long headers that we send, so no generator needs to be told
 * about peers. Confined to the event loop.
 */
final class ConnectionIds implements FlowLookup {
  /** Bytes of the ids that we choose. */
  static final int LENGTH = 16;

  /** Ids learned per flow: the client's first choice, ours, and a few for retries. */
  private static final int MAX_PER_FLOW = 8;

  private static final int MIN_LENGTH = 8;
  private static final int MAX_LENGTH = 20;

  /** RFC 9000 §14.1: a client pads its first datagrams to this size. */
  private static final int MIN_INITIAL_BYTES = 1200;

  private static final int VERSION_1 = 1;
  private static final int AFTER_VERSION = 5;

  private record Id(long first, long second, long rest) {}

  private final Map<Id, Flow> flows = new HashMap<>();
  private final Map<Flow, List<Id>> idsOf = new HashMap<>();

  @Override
  public @Nullable Flow find(ByteBuf datagram) {
    Id id = destination(datagram);
    return id == null ? null : flows.get(id);
  }

  @Override
  public boolean mayOpen(ByteBuf datagram) {
    int start = datagram.readerIndex();
    return datagram.readableBytes() >= MIN_INITIAL_BYTES
        && isLong(datagram)
        && (datagram.getByte(start) & 0x30) == 0 // RFC 9000 §17.2.2: an Initial packet
        && datagram.getInt(start + 1) == VERSION_1
        && destination(datagram) != null;
  }

  @Override
  public void opened(ByteBuf datagram, Flow flow) {
    learn(destination(datagram), flow);
  }

  @Override
  public void sending(ByteBuf datagram, Flow flow) {
    if (datagram.readableBytes() > AFTER_VERSION && isLong(datagram)) {
      int start = datagram.readerIndex() + AFTER_VERSION;
      int destinationLength = datagram.getUnsignedByte(start);
      learn(idAt(datagram, start + 1 + destinationLength), flow);
    }
  }

  @Override
  public void closed(Flow flow) {
    List<Id> ids = idsOf.remove(flow);
    if (ids != null) {
      ids.forEach(flows::remove);
    }
  }

  int size() {
    return flows.size();
  }

  private void learn(@Nullable Id id, Flow flow) {
    if (id == null || flows.containsKey(id)) {
      return;
    }
    List<Id> ids = idsOf.computeIfAbsent(flow, f -> new ArrayList<>(2));
    if (ids.size() < MAX_PER_FLOW) {
      ids.add(id);
      flows.put(id, flow);
    }
  }

  private static boolean isLong(ByteBuf datagram) {
    return datagram.getByte(datagram.readerIndex()) < 0;
  }

  private static @Nullable Id destination(ByteBuf datagram) {
    int start = datagram.readerIndex();
    if (isLong(datagram)) {
      return datagram.readableBytes() > AFTER_VERSION
          ? idAt(datagram, start + AFTER_VERSION)
          : null;
    }
    return datagram.readableBytes() > LENGTH ? id(datagram, start + 1, LENGTH) : null;
  }

  /** The id behind its length byte at this index. */
  private static @Nullable Id idAt(ByteBuf datagram, int index) {
    if (index >= datagram.writerIndex()) {
      return null;
    }
    int length = datagram.getUnsignedByte(index);
    boolean fits = index + 1 + length <= datagram.writerIndex();
    return fits && length >= MIN_LENGTH && length <= MAX_LENGTH
        ? id(datagram, index + 1, length)
        : null;
  }

  private static Id id(ByteBuf datagram, int index, int length) {
    long second = 0;
    long rest = length;
    if (length >= 16) {
      second = datagram.getLong(index + 8);
    }
    // What does not fill a long, one byte at a time, behind the length.
    for (int i = length >= 16 ? 16 : 8; i < length; i++) {
      if (length >= 16) {
        rest = rest << 8 | datagram.getUnsignedByte(index + i);
      } else {
        second = second << 8 | datagram.getUnsignedByte(index + i);
      }
    }
    return new Id(datagram.getLong(index), second, rest);
  }
}
