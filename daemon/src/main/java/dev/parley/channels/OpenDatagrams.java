package dev.parley.channels;

import dev.parley.link.ByteStream;
import dev.parley.link.ByteStreamHandler;
import dev.parley.link.Link;
import dev.parley.link.LinkPath;
import dev.parley.link.StreamEnd;
import dev.parley.proto.id.PeerId;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A datagram channel. What arrives is owned by the links' thread; what is sent is guarded by the
 * lock of {@link #send}.
 *
 * <p>Its first datagrams may overtake the answer that opens it, so it listens from the moment of
 * the opening.
 */
final class OpenDatagrams implements DatagramChannel, ByteStreamHandler {
  /** Datagrams kept until the program has started; with their sizes some 80 KB. */
  static final int MAX_EARLY = 64;

  private static final Logger log = LoggerFactory.getLogger(OpenDatagrams.class);

  private final Link link;
  private final ServiceName service;
  private final Executor linksThread;
  private final AtomicBoolean claimed = new AtomicBoolean();
  private final ArrayDeque<ByteBuffer> early = new ArrayDeque<>();
  private final SequenceWindow window = new SequenceWindow();
  private @Nullable Handler handler;
  private @Nullable StreamEnd closed;

  /** The stream that the channel lives with, once it is accepted. */
  private volatile @Nullable ByteStream stream;

  private int peersFlow;
  private int nextSequence;
  private boolean open;
  private volatile long sent;
  private volatile long received;
  private volatile long lost;
  private final AtomicLong dropped = new AtomicLong();

  OpenDatagrams(Link link, ServiceName service, Executor linksThread) {
    this.link = link;
    this.service = service;
    this.linksThread = linksThread;
  }

  /** The peer has said which flow it knows this channel by. */
  synchronized void open(ByteStream life, int flow) {
    stream = life;
    peersFlow = flow;
    open = true;
  }

  /** On the links' thread: what stands behind the flow id. */
  void onDatagram(ByteBuffer rest) {
    long sequence = DatagramHeader.readSequence(rest);
    if (closed != null || sequence < 0 || !window.take((int) sequence)) {
      dropped.incrementAndGet();
      return;
    }
    lost = window.lost();
    Handler taker = handler;
    if (taker != null) {
      give(taker, rest);
    } else if (early.size() < MAX_EARLY) {
      early.add(ByteBuffer.allocate(rest.remaining()).put(rest).flip());
    } else {
      dropped.incrementAndGet();
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // The links' thread alone writes it.
  private void give(Handler taker, ByteBuffer datagram) {
    received++;
    guarded(() -> taker.onDatagram(datagram));
  }

  @Override
  public void onBytes(ByteBuffer bytes) {
    ByteStream life = stream;
    if (life != null && bytes.hasRemaining()) {
      life.reset(ResetCode.PROTOCOL_ERROR.number());
    }
  }

  @Override
  public void onEnd() {
    close();
  }

  @Override
  public void onClosed(StreamEnd how) {
    synchronized (this) {
      open = false;
    }
    StreamEnd told = ResetCode.toProgram(how);
    closed = told;
    Handler taker = handler;
    if (taker != null) {
      guarded(() -> taker.onClosed(told));
    }
  }

  @Override
  public void start(Handler taker) {
    if (!claimed.compareAndSet(false, true)) {
      throw new IllegalStateException("the channel was started before");
    }
    linksThread.execute(
        () -> {
          handler = taker;
          while (!early.isEmpty()) {
            give(taker, early.remove());
          }
          StreamEnd how = closed;
          if (how != null) {
            guarded(() -> taker.onClosed(how));
          }
        });
  }

  private void guarded(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      log.warn("a program failed on its channel to {} with {}", service, link.peer(), e);
      ByteStream life = stream;
      if (life != null) {
        life.reset(ResetCode.PROGRAM_FAILED.number());
      }
    }
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // Written under the lock, read without.
  public synchronized boolean send(ByteBuffer datagram) {
    if (datagram.remaining() > maxBytes()) {
      throw new IllegalArgumentException(
          "a datagram of " + datagram.remaining() + " bytes; at most " + maxBytes() + " fit");
    }
    if (open) {
      ByteBuffer whole = ByteBuffer.allocate(DatagramHeader.MAX_BYTES + datagram.remaining());
      DatagramHeader.write(whole, peersFlow, nextSequence);
      if (link.sendDatagram(whole.put(datagram).flip())) {
        nextSequence++;
        sent++;
        return true;
      }
    }
    dropped.incrementAndGet();
    return false;
  }

  @Override
  public Counts counts() {
    return new Counts(sent, received, dropped.get(), lost);
  }

  @Override
  public void close() {
    ByteStream life = stream;
    if (life != null) {
      life.reset(0);
    }
  }

  @Override
  public PeerId peer() {
    return link.peer();
  }

  @Override
  public ServiceName service() {
    return service;
  }

  @Override
  public LinkPath path() {
    return link.path();
  }

  @Override
  public int maxBytes() {
    return link.maxDatagramBytes() - DatagramHeader.MAX_BYTES;
  }
}
