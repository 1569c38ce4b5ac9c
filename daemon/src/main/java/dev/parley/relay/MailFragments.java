package dev.parley.relay;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Messages about mail in fragments: {@code type (1) || last (1) || bytes}, each no longer than a
 * control message, so that mail needs no larger frames than datagrams do. Fragments of a connection
 * follow one another; other messages may come in between.
 *
 * <p>An instance puts together what comes in. Confined to the connection's loop.
 */
public final class MailFragments {
  /** Largest message; the largest sealed one with its token fits, and 32 prekeys. */
  public static final int MAX_BYTES = 72 * 1_024;

  /** Type and mark before the bytes. */
  static final int HEADER_BYTES = 2;

  private static final int MAX_FRAGMENT_BYTES = RelayWire.MAX_CONTROL_BYTES - HEADER_BYTES;

  private ByteString soFar = ByteString.EMPTY;

  /** What has become of a fragment. */
  public sealed interface Step {
    record More() implements Step {}

    record Whole(ByteString message) implements Step {}

    /** More than fits, or no fragment. */
    record Broken() implements Step {}
  }

  /** The message after its type byte. */
  public Step add(ByteBuf fragment) {
    int size = fragment.readableBytes() - 1;
    if (size < 0 || size > MAX_FRAGMENT_BYTES || soFar.size() + size > MAX_BYTES) {
      return new Step.Broken();
    }
    byte last = fragment.readByte();
    if (last != 0 && last != 1) {
      return new Step.Broken();
    }
    soFar = soFar.concat(ByteString.copyFrom(fragment.nioBuffer()));
    if (last == 0) {
      // An empty fragment that is not the last would cost without ever coming to an end.
      return size == 0 ? new Step.Broken() : new Step.More();
    }
    ByteString whole = soFar;
    soFar = ByteString.EMPTY;
    return new Step.Whole(whole);
  }

  /** Bytes that wait for the rest. */
  public int pendingBytes() {
    return soFar.size();
  }

  /** The fragments of a message, each with its type byte. Empty when it is too large. */
  public static Optional<List<ByteBuf>> cut(ByteBufAllocator allocator, MessageLite message) {
    ByteString bytes = message.toByteString();
    if (bytes.size() > MAX_BYTES) {
      return Optional.empty();
    }
    List<ByteBuf> fragments = new ArrayList<>();
    int from = 0;
    do {
      int to = Math.min(bytes.size(), from + MAX_FRAGMENT_BYTES);
      ByteBuf out = allocator.ioBuffer(HEADER_BYTES + to - from);
      out.writeByte(RelayWire.MAIL).writeByte(to == bytes.size() ? 1 : 0);
      out.writeBytes(bytes.substring(from, to).asReadOnlyByteBuffer());
      fragments.add(out);
      from = to;
    } while (from < bytes.size());
    return Optional.of(fragments);
  }
}
