package dev.parley.control;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Bounds the calls that run at the same time, over all connections. Thread-safe. */
final class CallLimit implements ServerInterceptor {
  private final int max;
  private final Drops drops;
  private final AtomicInteger running = new AtomicInteger();

  CallLimit(int max, Drops drops) {
    this.max = max;
    this.drops = drops;
  }

  @Override
  public <Q, P> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, P> call, Metadata headers, ServerCallHandler<Q, P> next) {
    if (running.incrementAndGet() > max) {
      running.decrementAndGet();
      drops.tooManyCalls.increment();
      call.close(
          Status.RESOURCE_EXHAUSTED.withDescription(
              "the daemon already serves " + max + " calls; end some of them"),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
    AtomicBoolean over = new AtomicBoolean();
    Runnable release =
        () -> {
          if (over.compareAndSet(false, true)) {
            running.decrementAndGet();
          }
        };
    return new Released<>(next.startCall(new Closing<>(call, release), headers), release);
  }

  /** A call that the service ends. */
  private static final class Closing<Q, P> extends SimpleForwardingServerCall<Q, P> {
    private final Runnable release;

    Closing(ServerCall<Q, P> call, Runnable release) {
      super(call);
      this.release = release;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      release.run();
      super.close(status, trailers);
    }
  }

  /** A call that the client ends. */
  private static final class Released<Q>
      extends io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener<Q> {
    private final Runnable release;

    Released(ServerCall.Listener<Q> listener, Runnable release) {
      super(listener);
      this.release = release;
    }

    @Override
    public void onCancel() {
      release.run();
      super.onCancel();
    }

    @Override
    public void onComplete() {
      release.run();
      super.onComplete();
    }
  }
}
