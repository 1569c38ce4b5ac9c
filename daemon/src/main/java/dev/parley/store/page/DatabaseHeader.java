package dev.parley.store.page;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The first 100 bytes (§1.3), as far as they matter here.
 *
 * @param reservedBytes at the end of each page
 * @param pages as the header has it
 * @param freeTrunk the first page of the list of free pages, or 0
 * @param schemaVersion parley's, the {@code user_version}
 */
public record DatabaseHeader(
    int pageBytes,
    int reservedBytes,
    int pages,
    int freeTrunk,
    int schemaVersion,
    int applicationId) {
  static final int BYTES = 100;

  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
  private static final int MIN_PAGE = 512;
  private static final int MAX_PAGE = 65_536;

  /** What SQLite makes unless told otherwise. */
  static final int USUAL_PAGE = 4_096;

  /** Empty when these bytes are no header. */
  static Optional<DatabaseHeader> parse(byte[] bytes) {
    if (bytes.length < BYTES || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      return Optional.empty();
    }
    ByteBuffer header = ByteBuffer.wrap(bytes);
    // 65,536 does not fit, and is written as 1.
    int size = header.getShort(16) & 0xffff;
    int pageBytes = size == 1 ? MAX_PAGE : size;
    int reserved = header.get(20) & 0xff;
    if (!isPageSize(pageBytes) || pageBytes - reserved < 480) {
      return Optional.empty();
    }
    return Optional.of(
        new DatabaseHeader(
            pageBytes,
            reserved,
            header.getInt(28),
            header.getInt(32),
            header.getInt(60),
            header.getInt(68)));
  }

  static boolean isPageSize(int bytes) {
    return bytes >= MIN_PAGE && bytes <= MAX_PAGE && Integer.bitCount(bytes) == 1;
  }
}
