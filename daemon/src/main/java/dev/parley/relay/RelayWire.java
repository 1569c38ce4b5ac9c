package dev.parley.relay;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.parley.nat.PeerKey;
import dev.parley.relay.v1.ClientFrame;
import dev.parley.relay.v1.RendezvousEvent;
import dev.parley.relay.v1.RendezvousRequest;
import dev.parley.relay.v1.ServerFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * One WebSocket binary message is one message of this protocol. Its first byte is the type; a
 * datagram's message goes on with the key of the target or source, then the datagram.
 */
public final class RelayWire {
  /** The version of the protocol that this code speaks; the only one so far. */
  public static final int VERSION = 1;

  /** A {@link ClientFrame} or {@link ServerFrame}. */
  public static final byte CONTROL = 0x01;

  /** A datagram from a node: the target's key follows. */
  public static final byte SEND = 0x02;

  /** A datagram from the relay: the source's key follows. */
  public static final byte RECV = 0x03;

  /** A fragment of a message about mail; see {@link MailFragments}. */
  public static final byte MAIL = 0x04;

  /** A {@link RendezvousRequest} or {@link RendezvousEvent}, where the relay has a rendezvous. */
  public static final byte RENDEZVOUS = 0x05;

  /** Largest message about a rendezvous, with its type: a frame of a pairing in its envelope. */
  public static final int MAX_RENDEZVOUS_BYTES = 1_500;

  /** What stands before a datagram: the type and a key. */
  public static final int DATAGRAM_HEADER_BYTES = 1 + PeerKey.BYTES;

  /** Largest control message, with its type; far above what any message of version 1 needs. */
  public static final int MAX_CONTROL_BYTES = 1_024;

  /** Bytes of the nonce that each side adds to what is signed. */
  public static final int NONCE_BYTES = 32;

  /** Bytes of {@code Answer.software}. */
  public static final int MAX_SOFTWARE_BYTES = 64;

  /** A silent node counts as gone after this; it pings four times as often. */
  public static final int IDLE_SECONDS = 60;

  /** How often a node pings. */
  public static final int PING_SECONDS = 15;

  private RelayWire() {}

  /** Largest WebSocket payload where datagrams of so many bytes are forwarded. */
  public static int maxFrameBytes(int maxDatagramBytes) {
    return Math.max(MAX_RENDEZVOUS_BYTES, DATAGRAM_HEADER_BYTES + maxDatagramBytes);
  }

  /** A control message with its type byte. */
  public static ByteBuf control(ByteBufAllocator allocator, MessageLite frame) {
    return message(allocator, CONTROL, frame);
  }

  /** A message about a rendezvous with its type byte. */
  public static ByteBuf rendezvous(ByteBufAllocator allocator, MessageLite message) {
    return message(allocator, RENDEZVOUS, message);
  }

  private static ByteBuf message(ByteBufAllocator allocator, byte type, MessageLite frame) {
    int size = frame.getSerializedSize();
    ByteBuf out = allocator.ioBuffer(1 + size).writeByte(type);
    try (ByteBufOutputStream stream = new ByteBufOutputStream(out)) {
      frame.writeTo(stream);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return out;
  }

  /**
   * The control message after the type byte, to the end of the buffer.
   *
   * @throws InvalidProtocolBufferException when it is too large or none
   */
  public static ClientFrame readClientFrame(ByteBuf in) throws InvalidProtocolBufferException {
    checkSize(in, MAX_CONTROL_BYTES);
    return ClientFrame.parseFrom(in.nioBuffer());
  }

  /** As {@link #readClientFrame}, of the other direction. */
  public static ServerFrame readServerFrame(ByteBuf in) throws InvalidProtocolBufferException {
    checkSize(in, MAX_CONTROL_BYTES);
    return ServerFrame.parseFrom(in.nioBuffer());
  }

  /** As {@link #readClientFrame}, of the rendezvous. */
  public static RendezvousRequest readRendezvousRequest(ByteBuf in)
      throws InvalidProtocolBufferException {
    checkSize(in, MAX_RENDEZVOUS_BYTES);
    return RendezvousRequest.parseFrom(in.nioBuffer());
  }

  /** As {@link #readRendezvousRequest}, of the other direction. */
  public static RendezvousEvent readRendezvousEvent(ByteBuf in)
      throws InvalidProtocolBufferException {
    checkSize(in, MAX_RENDEZVOUS_BYTES);
    return RendezvousEvent.parseFrom(in.nioBuffer());
  }

  /** Reads a key and moves past it; the caller has checked that 32 bytes are there. */
  public static PeerKey readKey(ByteBuf in) {
    return new PeerKey(in.readLong(), in.readLong(), in.readLong(), in.readLong());
  }

  public static void writeKey(ByteBuf out, PeerKey key) {
    out.writeLong(key.a()).writeLong(key.b()).writeLong(key.c()).writeLong(key.d());
  }

  /**
   * Turns a SEND message into the RECV message that the target gets, in place: the two differ only
   * in the type and the key, so that a datagram is forwarded without being copied.
   *
   * @param message from its type byte on; nobody else may hold a view of it
   */
  public static void turnIntoRecv(ByteBuf message, PeerKey source) {
    int at = message.readerIndex();
    message
        .setByte(at, RECV)
        .setLong(at + 1, source.a())
        .setLong(at + 9, source.b())
        .setLong(at + 17, source.c())
        .setLong(at + 25, source.d());
  }

  private static void checkSize(ByteBuf in, int max) throws InvalidProtocolBufferException {
    if (in.readableBytes() >= max) {
      throw new InvalidProtocolBufferException("a message of " + in.readableBytes() + " bytes");
    }
  }
}
