package dev.parley.messaging;

import dev.parley.link.LinkStream;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Holds a peer back while too much of what it sent on a stream is in memory, be it on its way to
 * the messaging thread or on its way to disk. Thread-safe.
 */
final class ReadGate {
  /** Of one stream: about two commits' worth at full speed. */
  static final long MAX_STREAM_BYTES = 2L << 20;

  /** Of all streams together: beyond it every stream that adds to it is stopped. */
  static final long MAX_TOTAL_BYTES = 64L << 20;

  /** What a frame costs besides its bytes; so that tiny frames count too. */
  static final long FRAME_OVERHEAD_BYTES = 256;

  private final AtomicLong total;
  private @Nullable LinkStream stream;
  private long held;
  private boolean stopped;

  ReadGate(AtomicLong total) {
    this.total = total;
  }

  /** Names the stream; frames may have come before. */
  synchronized void attach(LinkStream attached) {
    stream = attached;
    adjust();
  }

  synchronized void hold(long bytes) {
    held += bytes;
    total.addAndGet(bytes);
    adjust();
  }

  synchronized void release(long bytes) {
    held -= bytes;
    total.addAndGet(-bytes);
    adjust();
  }

  private void adjust() {
    LinkStream attached = stream;
    if (attached == null) {
      return;
    }
    boolean tooMuch = held > MAX_STREAM_BYTES || (held > 0 && total.get() > MAX_TOTAL_BYTES);
    if (!stopped && tooMuch) {
      stopped = true;
      attached.setReading(false);
    } else if (stopped && held <= MAX_STREAM_BYTES / 2 && !tooMuch) {
      stopped = false;
      attached.setReading(true);
    }
  }
}
