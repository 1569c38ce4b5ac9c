package dev.parley.cli.client;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets the main thread wait for what a stream brings. Filled by the event loop, emptied by one
 * thread. Holds at most {@link #AHEAD} items that nobody has taken: more are asked for as these are
 * taken.
 */
public final class StreamReader<T> implements ClientResponseObserver<Object, T> {
  private static final int AHEAD = 64;

  private final ControlErrors errors;
  private final LinkedBlockingQueue<Event<T>> events = new LinkedBlockingQueue<>();
  private @Nullable ClientCallStreamObserver<Object> call;
  private boolean ended;

  StreamReader(ControlErrors errors) {
    this.errors = errors;
  }

  private sealed interface Event<T> {
    record Item<T>(T value) implements Event<T> {}

    record Failed<T>(Throwable error) implements Event<T> {}

    record Ended<T>() implements Event<T> {}
  }

  /**
   * The next item, or empty when none came in time or the stream has {@linkplain #hasEnded ended}.
   */
  public Optional<T> poll(Duration patience) throws CommandFailure, InterruptedException {
    if (ended) {
      return Optional.empty();
    }
    Event<T> event = events.poll(Math.max(0, patience.toNanos()), TimeUnit.NANOSECONDS);
    if (event == null) {
      return Optional.empty();
    }
    if (event instanceof Event.Item<T> item) {
      ClientCallStreamObserver<Object> asking = call;
      if (asking != null) {
        asking.request(1);
      }
      return Optional.of(item.value());
    }
    ended = true;
    if (event instanceof Event.Failed<T> failed) {
      throw errors.of(failed.error());
    }
    return Optional.empty();
  }

  public boolean hasEnded() {
    return ended;
  }

  /** Wants no more. */
  public void cancel() {
    ClientCallStreamObserver<Object> ending = call;
    if (ending != null && !ended) {
      ended = true;
      ending.cancel("no longer wanted", null);
    }
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<Object> starting) {
    call = starting;
    starting.disableAutoRequestWithInitial(AHEAD);
  }

  @Override
  public void onNext(T item) {
    events.add(new Event.Item<>(item));
  }

  @Override
  public void onError(Throwable error) {
    events.add(new Event.Failed<>(error));
  }

  @Override
  public void onCompleted() {
    events.add(new Event.Ended<>());
  }
}
