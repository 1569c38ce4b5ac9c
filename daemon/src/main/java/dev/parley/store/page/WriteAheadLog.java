package dev.parley.store.page;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.HashMap;
import java.util.Map;

/**
 * Where in a write-ahead log the newest committed version of each page is (§4). Like SQLite, it
 * believes frames up to the first one whose salt or checksum is wrong.
 *
 * @param offsets by page, where its bytes begin
 * @param pages the database's, after the last commit; 0 when there is none
 */
record WriteAheadLog(int pageBytes, Map<Integer, Long> offsets, int pages) {
  private static final int HEADER_BYTES = 32;
  private static final int FRAME_HEADER_BYTES = 24;
  private static final int MAGIC_LITTLE_ENDIAN = 0x377f0682;
  private static final int MAGIC_BIG_ENDIAN = 0x377f0683;
  static final WriteAheadLog NONE = new WriteAheadLog(0, Map.of(), 0);

  static WriteAheadLog read(FileChannel file) throws IOException {
    ByteBuffer header = bytes(file, 0, HEADER_BYTES);
    int magic = header.remaining() < HEADER_BYTES ? 0 : header.getInt(0);
    if (magic != MAGIC_LITTLE_ENDIAN && magic != MAGIC_BIG_ENDIAN) {
      return NONE;
    }
    int pageBytes = header.getInt(8);
    Sum sum = new Sum(magic == MAGIC_BIG_ENDIAN ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    sum.add(header, 0, 24);
    if (!DatabaseHeader.isPageSize(pageBytes) || !sum.equals(header, 24)) {
      return NONE;
    }
    return frames(file, header, pageBytes, sum);
  }

  private static WriteAheadLog frames(FileChannel file, ByteBuffer header, int pageBytes, Sum sum)
      throws IOException {
    Map<Integer, Long> committed = new HashMap<>();
    Map<Integer, Long> open = new HashMap<>();
    int pages = 0;
    int frameBytes = FRAME_HEADER_BYTES + pageBytes;
    for (long at = HEADER_BYTES; ; at += frameBytes) {
      ByteBuffer frame = bytes(file, at, frameBytes);
      if (frame.remaining() < frameBytes || frame.getLong(8) != header.getLong(16)) {
        break;
      }
      sum.add(frame, 0, 8);
      sum.add(frame, FRAME_HEADER_BYTES, pageBytes);
      int page = frame.getInt(0);
      if (!sum.equals(frame, 16) || page <= 0) {
        break;
      }
      open.put(page, at + FRAME_HEADER_BYTES);
      int afterCommit = frame.getInt(4);
      if (afterCommit > 0) {
        committed.putAll(open);
        open.clear();
        pages = afterCommit;
      }
    }
    return new WriteAheadLog(pageBytes, committed, pages);
  }

  private static ByteBuffer bytes(FileChannel file, long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining() && file.read(bytes, at + bytes.position()) >= 0) {
      // Short reads happen; the end of the file leaves the rest empty.
    }
    return bytes.flip();
  }

  /** The running checksum of §4.2: two words over pairs of words. */
  private static final class Sum {
    private final ByteOrder order;
    private int first;
    private int second;

    Sum(ByteOrder order) {
      this.order = order;
    }

    void add(ByteBuffer bytes, int from, int count) {
      ByteBuffer words = bytes.duplicate().order(order);
      for (int at = from; at < from + count; at += 8) {
        first += words.getInt(at) + second;
        second += words.getInt(at + 4) + first;
      }
    }

    boolean equals(ByteBuffer bytes, int at) {
      return bytes.getInt(at) == first && bytes.getInt(at + 4) == second;
    }
  }
}
