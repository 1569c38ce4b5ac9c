package dev.parley.transport;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * Takes the chunks of one direction apart, however they are cut; copies nothing. Confined to the
 * event loop.
 */
final class ChunkReader {
  /** Hears what the chunks say. */
  interface Taker {
    /** Whether it takes more now. */
    boolean takesMore();

    /** Valid during the call only. */
    void onBytes(ByteBuffer bytes);

    void onEnd();

    void onMoved(int leg);
  }

  /** What was read is no chunk, or follows one that is the last. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }

  private int header;
  private int headerBytes;
  private int left;
  private int leg;
  private boolean over;

  /** Nothing may follow: the direction has ended, or goes on elsewhere. */
  boolean isOver() {
    return over;
  }

  /** Takes from the buffer until it is empty or the taker takes no more. */
  void read(ByteBuf in, Taker taker) throws Malformed {
    while (in.isReadable() && taker.takesMore()) {
      if (over) {
        throw new Malformed("bytes after the end");
      }
      if (headerBytes < Chunk.HEADER_BYTES) {
        readHeader(in, taker);
      } else if (Chunk.type(header) == Chunk.MOVED) {
        readMoved(in, taker);
      } else {
        readBytes(in, taker);
      }
    }
  }

  private void readHeader(ByteBuf in, Taker taker) throws Malformed {
    if (headerBytes == 0 && in.readableBytes() >= Chunk.HEADER_BYTES) {
      header = in.readInt();
      headerBytes = Chunk.HEADER_BYTES;
    } else {
      header = header << 8 | in.readUnsignedByte();
      headerBytes++;
    }
    if (headerBytes == Chunk.HEADER_BYTES) {
      if (!Chunk.isValid(header)) {
        throw new Malformed("a chunk of type " + Chunk.type(header) + " of so many bytes");
      }
      left = Chunk.length(header);
      if (Chunk.type(header) == Chunk.END) {
        over = true;
        taker.onEnd();
      }
    }
  }

  private void readMoved(ByteBuf in, Taker taker) {
    leg = leg << 8 | in.readUnsignedByte();
    left--;
    if (left == 0) {
      over = true;
      taker.onMoved(leg);
    }
  }

  private void readBytes(ByteBuf in, Taker taker) {
    int now = Math.min(left, in.readableBytes());
    ByteBuffer bytes = in.nioBuffer(in.readerIndex(), now);
    in.skipBytes(now);
    left -= now;
    if (left == 0) {
      headerBytes = 0;
      header = 0;
    }
    taker.onBytes(bytes);
  }
}
