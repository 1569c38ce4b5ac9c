package dev.parley.cli;

import com.google.protobuf.ByteString;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Lines as bytes, ended by LF or CRLF; what is longer than any message is cut short. */
final class LineReader {
  /** A body in Base64, and room for the rest of the object. */
  static final int MAX_LINE_BYTES = 128 * 1024;

  private final BufferedInputStream in;
  private long count;

  LineReader(InputStream in) {
    this.in = new BufferedInputStream(in, 1 << 16);
  }

  /** The next line; the last needs no end. Longer than the limit, it is longer by one byte. */
  Optional<ByteString> next() throws IOException {
    ByteString.Output line = ByteString.newOutput(256);
    int next = in.read();
    if (next < 0) {
      return Optional.empty();
    }
    while (next >= 0 && next != '\n') {
      if (line.size() <= MAX_LINE_BYTES) {
        line.write(next);
      }
      next = in.read();
    }
    count++;
    ByteString whole = line.toByteString();
    int last = whole.size() - 1;
    return Optional.of(last >= 0 && whole.byteAt(last) == '\r' ? whole.substring(0, last) : whole);
  }

  /** How many lines were read. */
  long count() {
    return count;
  }

  /** Whether the next line would have to be waited for. */
  boolean isPausing() throws IOException {
    return in.available() == 0;
  }
}
