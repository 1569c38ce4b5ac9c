package dev.parley.forward;

import dev.parley.channels.StreamChannel;
import dev.parley.link.StreamEnd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Joins a Unix socket of the JDK's to a stream channel, with a thread for either direction.
 *
 * <p>Not on the event loop of forwards: Netty's epoll (4.2.18) takes a socket whose input has ended
 * out of the set that it waits for, and fails when a later write has to wait for room; its NIO
 * cannot half-close Unix sockets. A pipe does just that: it ends its input and reads on.
 */
final class PipeJoint implements StreamChannel.Handler {
  private static final int BUFFER_BYTES = 64 * 1024;

  /** So much may wait for the program before the link is held back. */
  private static final int MAX_WAITING_BYTES = 1024 * 1024;

  private final SocketChannel socket;
  private final StreamChannel channel;
  private final Tally tally;
  private final CompletableFuture<StreamEnd> ended;
  private final Queue<ByteBuffer> waiting = new ArrayDeque<>();
  private int waitingBytes;
  private boolean held;
  private boolean peerEnded;
  private boolean allWritten;
  private @Nullable StreamEnd how;

  PipeJoint(
      SocketChannel socket,
      StreamChannel channel,
      Tally tally,
      CompletableFuture<StreamEnd> ended) {
    this.socket = socket;
    this.channel = channel;
    this.tally = tally;
    this.ended = ended;
  }

  /** Runs until both directions are over; on the thread that it is called on, and one more. */
  void run() {
    tally.opened();
    channel.start(this);
    Thread writer = new Thread(this::toSocket, "parley-pipe-out");
    writer.setDaemon(true);
    writer.start();
    try {
      fromSocket();
      writer.join();
    } catch (IOException e) {
      breakOff();
    } catch (InterruptedException e) {
      breakOff();
      Thread.currentThread().interrupt();
    }
    StreamEnd end = awaitEnd();
    close();
    tally.closed();
    ended.complete(end);
  }

  private void fromSocket() throws IOException, InterruptedException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    while (socket.read(buffer.clear()) >= 0) {
      tally.out(buffer.flip().remaining());
      channel.write(buffer);
      awaitWritable();
    }
    channel.shutdownOutput();
  }

  private synchronized void awaitWritable() throws InterruptedException {
    while (how == null && !channel.isWritable()) {
      wait();
    }
  }

  private void toSocket() {
    try {
      for (ByteBuffer next = next(); next != null; next = next()) {
        while (next.hasRemaining()) {
          socket.write(next);
        }
      }
      socket.shutdownOutput();
      onAllWritten();
    } catch (IOException e) {
      breakOff();
    } catch (InterruptedException e) {
      breakOff();
      Thread.currentThread().interrupt();
    }
  }

  /** Null at the end of what the peer sends, or of the channel. */
  private @Nullable ByteBuffer next() throws InterruptedException {
    ByteBuffer next;
    boolean goOn;
    synchronized (this) {
      while (waiting.isEmpty() && !peerEnded && how == null) {
        wait();
      }
      next = waiting.poll();
      waitingBytes -= next == null ? 0 : next.remaining();
      goOn = held && waitingBytes < MAX_WAITING_BYTES / 2;
      held = held && !goOn;
    }
    if (goOn) {
      channel.setReading(true);
    }
    return next;
  }

  private synchronized void onAllWritten() {
    allWritten = true;
    notifyAll();
  }

  private synchronized StreamEnd awaitEnd() {
    boolean interrupted = false;
    while (how == null || how instanceof StreamEnd.Complete && !allWritten) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
        break;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return how == null ? new StreamEnd.Reset(0, false) : how;
  }

  /** The program has gone: the peer hears so. */
  private void breakOff() {
    channel.reset(0);
    onAllWritten();
    close();
  }

  private void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed for this side all the same.
      onAllWritten();
    }
  }

  @Override
  public void onBytes(ByteBuffer bytes) {
    tally.in(bytes.remaining());
    ByteBuffer copy = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
    boolean hold;
    synchronized (this) {
      waiting.add(copy);
      waitingBytes += copy.remaining();
      hold = !held && waitingBytes > MAX_WAITING_BYTES;
      held = held || hold;
      notifyAll();
    }
    if (hold) {
      channel.setReading(false);
    }
  }

  @Override
  public synchronized void onWritable() {
    notifyAll();
  }

  @Override
  public synchronized void onEnd() {
    peerEnded = true;
    notifyAll();
  }

  @Override
  public void onClosed(StreamEnd end) {
    synchronized (this) {
      how = end;
      notifyAll();
    }
    if (!(end instanceof StreamEnd.Complete)) {
      // Both threads may be waiting for the program.
      close();
    }
  }
}
