package dev.parley.store.page;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a database, as its last commit left them: those in the write-ahead log go before
 * those in the file.
 */
public final class PageFile implements AutoCloseable {
  private final FileChannel file;
  private final @Nullable FileChannel logFile;
  private final WriteAheadLog log;
  private final Optional<DatabaseHeader> header;
  private final int pageBytes;
  private final int pages;

  private PageFile(FileChannel file, @Nullable FileChannel logFile, WriteAheadLog log)
      throws IOException {
    this.file = file;
    this.logFile = logFile;
    this.log = log;
    Optional<DatabaseHeader> inFile = DatabaseHeader.parse(read(file, 0, DatabaseHeader.BYTES));
    this.pageBytes =
        log.offsets().isEmpty()
            ? inFile.map(DatabaseHeader::pageBytes).orElse(DatabaseHeader.USUAL_PAGE)
            : log.pageBytes();
    byte[] first = page(1);
    this.header = first == null ? inFile : DatabaseHeader.parse(first).or(() -> inFile);
    long there = (file.size() + pageBytes - 1) / pageBytes;
    int highest = log.offsets().keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
    this.pages = (int) Math.min(Integer.MAX_VALUE - 1, Math.max(there, highest));
  }

  /** Opens the file, and the log beside it if there is one. */
  public static PageFile open(Path database) throws IOException {
    FileChannel file = FileChannel.open(database, StandardOpenOption.READ);
    Path beside = database.resolveSibling(database.getFileName() + "-wal");
    FileChannel logFile = null;
    try {
      if (Files.exists(beside)) {
        logFile = FileChannel.open(beside, StandardOpenOption.READ);
      }
      return new PageFile(
          file, logFile, logFile == null ? WriteAheadLog.NONE : WriteAheadLog.read(logFile));
    } catch (IOException e) {
      file.close();
      if (logFile != null) {
        logFile.close();
      }
      throw e;
    }
  }

  /** Empty when the first bytes are none. */
  public Optional<DatabaseHeader> header() {
    return header;
  }

  int pageBytes() {
    return pageBytes;
  }

  int usableBytes() {
    return pageBytes - header.map(DatabaseHeader::reservedBytes).orElse(0);
  }

  /** How many there are to look at. */
  int pages() {
    return pages;
  }

  /** How many there should be, as far as anything tells. */
  int pagesExpected() {
    return Math.max(pages, Math.max(log.pages(), header.map(DatabaseHeader::pages).orElse(0)));
  }

  /** A page, counted from 1; null when it is not there, or the disk does not give it. */
  byte @Nullable [] page(int number) {
    Long inLog = log.offsets().get(number);
    try {
      byte[] bytes =
          inLog == null || logFile == null
              ? read(file, (number - 1L) * pageBytes, pageBytes)
              : read(logFile, inLog, pageBytes);
      return bytes.length < pageBytes ? null : bytes;
    } catch (IOException e) {
      // A bad sector. What lies on the others is still wanted.
      return null;
    }
  }

  private static byte[] read(FileChannel channel, long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) >= 0) {
      // Short reads happen.
    }
    return bytes.hasRemaining() ? Arrays.copyOf(bytes.array(), bytes.position()) : bytes.array();
  }

  @Override
  public void close() throws IOException {
    file.close();
    if (logFile != null) {
      logFile.close();
    }
  }
}
