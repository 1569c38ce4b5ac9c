package dev.parley.channels;

import dev.parley.link.ByteStream;
import dev.parley.link.ByteStreamHandler;
import dev.parley.link.LinkPath;
import dev.parley.link.StreamEnd;
import dev.parley.proto.id.PeerId;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream channel, from behind the first frames to its end. Owned by the links' thread, but for
 * the methods that programs call.
 *
 * <p>Until the program has started it, and has asked to read, the stream is not read; what had
 * arrived by then is kept.
 */
final class OpenStream implements StreamChannel, ByteStreamHandler {
  private static final Logger log = LoggerFactory.getLogger(OpenStream.class);

  private final ByteStream stream;
  private final ServiceName service;
  private final Executor linksThread;
  private final AtomicBoolean claimed = new AtomicBoolean();
  private final ArrayDeque<ByteBuffer> early = new ArrayDeque<>();
  private @Nullable Handler handler;
  private boolean writableMissed;
  private boolean endHeld;
  private @Nullable StreamEnd closeHeld;
  private boolean over;

  /** As the program wishes. */
  private volatile boolean reading = true;

  /** Nothing is held any more: the stream itself knows whether to read. */
  private volatile boolean flowing;

  OpenStream(ByteStream stream, ServiceName service, Executor linksThread) {
    this.stream = stream;
    this.service = service;
    this.linksThread = linksThread;
  }

  @Override
  public void onBytes(ByteBuffer bytes) {
    Handler taker = handler;
    if (taker != null && flowing) {
      guarded(() -> taker.onBytes(bytes));
    } else if (bytes.hasRemaining()) {
      early.add(ByteBuffer.allocate(bytes.remaining()).put(bytes).flip());
    }
  }

  @Override
  public void onWritable() {
    Handler taker = handler;
    if (taker != null) {
      guarded(taker::onWritable);
    } else {
      writableMissed = true;
    }
  }

  @Override
  public void onEnd() {
    Handler taker = handler;
    if (taker != null && flowing) {
      guarded(taker::onEnd);
    } else {
      endHeld = true;
    }
  }

  @Override
  public void onClosed(StreamEnd how) {
    closeHeld = ResetCode.toProgram(how);
    drain();
  }

  @Override
  public void start(Handler taker) {
    if (!claimed.compareAndSet(false, true)) {
      throw new IllegalStateException("the channel was started before");
    }
    linksThread.execute(
        () -> {
          handler = taker;
          if (writableMissed && stream.isWritable()) {
            guarded(taker::onWritable);
          }
          drain();
        });
  }

  /** Hands over what is held, as far as the program reads. */
  private void drain() {
    Handler taker = handler;
    if (taker == null || over) {
      return;
    }
    while (reading && !early.isEmpty()) {
      ByteBuffer next = early.remove();
      guarded(() -> taker.onBytes(next));
    }
    if (early.isEmpty() && endHeld && reading) {
      endHeld = false;
      guarded(taker::onEnd);
    }
    StreamEnd how = closeHeld;
    boolean allTold = early.isEmpty() && !endHeld;
    if (how != null && (allTold || !(how instanceof StreamEnd.Complete))) {
      over = true;
      early.clear();
      guarded(() -> taker.onClosed(how));
    } else if (allTold && !flowing) {
      flow();
    }
  }

  private void flow() {
    flowing = true;
    boolean applied;
    do {
      applied = reading;
      stream.setReading(applied);
    } while (applied != reading);
  }

  /** A program that fails loses its channel, and nobody else anything. */
  private void guarded(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      log.warn("a program failed on its channel to {} with {}", service, stream.peer(), e);
      stream.reset(ResetCode.PROGRAM_FAILED.number());
    }
  }

  @Override
  public BlockingStreams blocking() {
    BlockingPair pair = new BlockingPair(this);
    start(pair);
    return pair.streams();
  }

  @Override
  public PeerId peer() {
    return stream.peer();
  }

  @Override
  public ServiceName service() {
    return service;
  }

  @Override
  public LinkPath path() {
    return stream.path();
  }

  @Override
  public void write(ByteBuffer bytes) {
    stream.write(bytes);
  }

  @Override
  public boolean isWritable() {
    return stream.isWritable();
  }

  @Override
  public void setReading(boolean wished) {
    reading = wished;
    if (flowing) {
      stream.setReading(wished);
    } else {
      linksThread.execute(this::drain);
    }
  }

  @Override
  public void shutdownOutput() {
    stream.end();
  }

  @Override
  public void reset(int reason) {
    stream.reset(ResetCode.ofProgram(reason));
  }
}
