package dev.parley.forward;

import dev.parley.forward.ForwardStore.StoredForward;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A forward, whether its address can be used at the moment or not. Guarded by itself; the sockets
 * are the event loop's.
 */
final class ForwardEntry {
  /** Grows to twice as much each time: a program that holds the address may end soon, or never. */
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final Logger log = LoggerFactory.getLogger(ForwardEntry.class);

  private final Surroundings surroundings;
  private final Tally tally = new Tally();
  private StoredForward forward;
  private @Nullable LocalEnd end;
  private boolean closed;

  ForwardEntry(StoredForward forward, Surroundings surroundings) {
    this.forward = forward;
    this.surroundings = surroundings;
  }

  /** Listens, once. What is kept of it from now on has the port that it was given. */
  CompletableFuture<StoredForward> bind() {
    CompletableFuture<LocalEnd> binding;
    try {
      binding =
          stored().local() instanceof Endpoint.Udp
              ? DatagramForward.bind(stored(), surroundings, tally)
              : StreamForward.bind(stored(), surroundings, tally);
    } catch (RuntimeException e) {
      // Netty refuses some addresses at once.
      return CompletableFuture.failedFuture(e);
    }
    return binding.thenApply(this::bound);
  }

  private synchronized StoredForward bound(LocalEnd bound) {
    end = bound;
    if (closed) {
      bound.close();
    }
    tally.problem("");
    forward =
        new StoredForward(
            forward.id(), forward.peer(), forward.service(), bound.bound(), forward.idle());
    return forward;
  }

  /** Listens as soon as that can be. */
  void keepBinding() {
    keepBinding(FIRST_PAUSE);
  }

  private void keepBinding(Duration pause) {
    bind()
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                String problem = cannotListen(stored().local(), failure);
                log.warn("{}; the next attempt is in {}", problem, pause);
                tally.problem(problem);
                Duration twice = pause.multipliedBy(2);
                surroundings
                    .loop()
                    .execute(
                        () ->
                            surroundings
                                .loop()
                                .get()
                                .schedule(
                                    () ->
                                        tryAgain(
                                            twice.compareTo(LONGEST_PAUSE) > 0
                                                ? LONGEST_PAUSE
                                                : twice),
                                    pause.toMillis(),
                                    TimeUnit.MILLISECONDS));
              }
            });
  }

  private void tryAgain(Duration pause) {
    synchronized (this) {
      if (closed) {
        return;
      }
    }
    keepBinding(pause);
  }

  static String cannotListen(Endpoint local, Throwable failure) {
    return "cannot listen at " + local + ": " + Problems.of(failure);
  }

  synchronized StoredForward stored() {
    return forward;
  }

  synchronized void close() {
    closed = true;
    LocalEnd listening = end;
    if (listening != null) {
      surroundings.loop().execute(listening::close);
    }
  }

  synchronized Forward status() {
    return new Forward(
        forward.id(),
        forward.peer(),
        forward.service(),
        forward.local(),
        forward.idle(),
        end != null,
        tally.traffic(),
        tally.lastProblem());
  }
}
