package dev.parley.channels;

import dev.parley.link.StreamEnd;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stream channel for threads that wait. Guarded by itself: the links' thread puts in, and never
 * waits for longer than a copy takes.
 */
final class BlockingPair implements StreamChannel.Handler {
  /** Past this the peer is held back. */
  static final int MAX_HELD_BYTES = 256 * 1024;

  private static final int MAX_WRITE_BYTES = 64 * 1024;

  private final StreamChannel channel;
  private final ArrayDeque<ByteBuffer> held = new ArrayDeque<>();
  private int heldBytes;
  private boolean stopped;
  private boolean ended;
  private boolean inputClosed;
  private boolean outputClosed;
  private @Nullable StreamEnd closed;

  BlockingPair(StreamChannel channel) {
    this.channel = channel;
  }

  BlockingStreams streams() {
    return new BlockingStreams(new In(), new Out());
  }

  @Override
  public synchronized void onBytes(ByteBuffer bytes) {
    if (inputClosed) {
      return;
    }
    heldBytes += bytes.remaining();
    held.add(ByteBuffer.allocate(bytes.remaining()).put(bytes).flip());
    if (!stopped && heldBytes > MAX_HELD_BYTES) {
      stopped = true;
      channel.setReading(false);
    }
    notifyAll();
  }

  @Override
  public synchronized void onWritable() {
    notifyAll();
  }

  @Override
  public synchronized void onEnd() {
    ended = true;
    notifyAll();
  }

  @Override
  public synchronized void onClosed(StreamEnd how) {
    closed = how;
    notifyAll();
  }

  private synchronized int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!inputClosed && held.isEmpty() && !ended && closed == null) {
      pause();
    }
    if (inputClosed) {
      throw new IOException("this stream is closed");
    }
    ByteBuffer first = held.peek();
    if (first == null) {
      if (ended) {
        return -1;
      }
      throw new IOException(ResetCode.sentence(Objects.requireNonNull(closed)));
    }
    int count = Math.min(length, first.remaining());
    first.get(into, offset, count);
    if (!first.hasRemaining()) {
      held.remove();
    }
    heldBytes -= count;
    readOn();
    return count;
  }

  private void readOn() {
    if (stopped && heldBytes <= MAX_HELD_BYTES / 2) {
      stopped = false;
      channel.setReading(true);
    }
  }

  private synchronized void write(byte[] from, int offset, int length) throws IOException {
    int written = 0;
    while (written < length) {
      while (!outputClosed && closed == null && !channel.isWritable()) {
        pause();
      }
      mayWrite();
      int count = Math.min(length - written, MAX_WRITE_BYTES);
      channel.write(ByteBuffer.wrap(from, offset + written, count));
      written += count;
    }
  }

  private void mayWrite() throws IOException {
    if (outputClosed) {
      throw new IOException("this stream is closed");
    }
    StreamEnd how = closed;
    if (how != null) {
      throw new IOException(ResetCode.sentence(how));
    }
  }

  private void pause() throws InterruptedIOException {
    try {
      wait();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the channel was waited for");
    }
  }

  private synchronized int available() {
    return heldBytes;
  }

  /** What comes from now on is not wanted, and dropped. */
  private synchronized void closeInput() {
    inputClosed = true;
    held.clear();
    heldBytes = 0;
    readOn();
    notifyAll();
  }

  private synchronized void closeOutput() {
    if (!outputClosed) {
      outputClosed = true;
      channel.shutdownOutput();
      notifyAll();
    }
  }

  private final class In extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, into.length);
      return BlockingPair.this.read(into, offset, length);
    }

    @Override
    public int available() {
      return BlockingPair.this.available();
    }

    @Override
    public void close() {
      closeInput();
    }
  }

  private final class Out extends OutputStream {
    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, from.length);
      BlockingPair.this.write(from, offset, length);
    }

    @Override
    public void close() {
      closeOutput();
    }
  }
}
