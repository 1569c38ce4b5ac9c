package dev.parley.cli.client;

import dev.parley.control.v1.SendManyReply;
import dev.parley.control.v1.SendManyRequest;
import dev.parley.control.v1.SendRequest;
import dev.parley.control.v1.SendResult;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends many messages over one call, several to a request. For one thread; waits while the daemon
 * takes no more. Results that nobody has taken are as many as the daemon has under way at most, if
 * {@link #takeReady} is called in between.
 */
public final class BulkSender {
  private static final int BATCH = 256;

  /** Half of what a request may have: one message of any size fits beside it. */
  private static final int BATCH_BYTES = 32 * 1024;

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Replies replies;
  private final ControlErrors errors;
  private SendManyRequest.Builder batch = SendManyRequest.newBuilder();
  private int bytes;

  private BulkSender(Replies replies, ControlErrors errors) {
    this.replies = replies;
    this.errors = errors;
  }

  public static BulkSender open(DaemonConnection daemon) {
    Replies replies = new Replies();
    var unused = daemon.messages().sendMany(replies);
    return new BulkSender(replies, daemon.errors());
  }

  /** Sends a message, now or with those after it. */
  public void send(SendRequest message) throws CommandFailure, InterruptedException {
    batch.addMessages(message);
    bytes += message.getBody().size();
    if (batch.getMessagesCount() >= BATCH || bytes >= BATCH_BYTES) {
      flush();
    }
  }

  /** Sends what was held back to go together. */
  public void flush() throws CommandFailure, InterruptedException {
    if (batch.getMessagesCount() > 0) {
      replies.awaitReady(errors);
      replies.call().onNext(batch.build());
      batch = SendManyRequest.newBuilder();
      bytes = 0;
    }
  }

  /** What is known by now, in order; does not wait. */
  public List<SendResult> takeReady() {
    List<SendResult> ready = new ArrayList<>();
    for (SendManyReply reply = replies.queue.poll(); reply != null; reply = replies.queue.poll()) {
      ready.addAll(reply.getResultsList());
    }
    return ready;
  }

  /** Sends the rest and waits for every result that has not been taken. */
  public List<SendResult> finish() throws CommandFailure, InterruptedException {
    flush();
    replies.call().onCompleted();
    replies.awaitEnd(errors);
    return takeReady();
  }

  /** Filled by the event loop. */
  private static final class Replies
      implements ClientResponseObserver<SendManyRequest, SendManyReply> {
    private final LinkedBlockingQueue<SendManyReply> queue = new LinkedBlockingQueue<>();
    private @Nullable ClientCallStreamObserver<SendManyRequest> call;
    private @Nullable Throwable error;
    private boolean ended;

    @Override
    public synchronized void beforeStart(ClientCallStreamObserver<SendManyRequest> starting) {
      call = starting;
      starting.setOnReadyHandler(this::wake);
    }

    ClientCallStreamObserver<SendManyRequest> call() {
      ClientCallStreamObserver<SendManyRequest> known = call;
      if (known == null) {
        throw new IllegalStateException("the call has not begun");
      }
      return known;
    }

    synchronized void awaitReady(ControlErrors errors) throws CommandFailure, InterruptedException {
      await(errors, () -> call().isReady());
      if (ended) {
        throw CommandFailure.of("the daemon has ended the call", "look into its log");
      }
    }

    synchronized void awaitEnd(ControlErrors errors) throws CommandFailure, InterruptedException {
      await(errors, () -> false);
    }

    private synchronized void await(ControlErrors errors, Condition condition)
        throws CommandFailure, InterruptedException {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!ended && !condition.holds()) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          throw CommandFailure.timedOut(
              "the daemon takes no more messages", "whether the last ones were kept is unknown");
        }
        wait(left);
      }
      if (error != null) {
        throw errors.of(error);
      }
    }

    private synchronized void wake() {
      notifyAll();
    }

    @Override
    public void onNext(SendManyReply reply) {
      queue.add(reply);
    }

    @Override
    public synchronized void onError(Throwable failure) {
      error = failure;
      ended = true;
      notifyAll();
    }

    @Override
    public synchronized void onCompleted() {
      ended = true;
      notifyAll();
    }
  }

  /** Something to wait for. */
  private interface Condition {
    boolean holds();
  }
}
