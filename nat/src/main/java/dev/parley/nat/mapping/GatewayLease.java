package dev.parley.nat.mapping;

import dev.parley.nat.mapping.PortMapper.Environment;
import dev.parley.nat.mapping.PortMapper.Listener;
import dev.parley.nat.mapping.PortMapper.Mapped;
import dev.parley.nat.mapping.PortMapper.Timing;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mapping at one gateway. Confined to the event loop.
 *
 * <pre>
 *              a protocol succeeds                  lost
 *  SEARCHING ─────────────────────► MAPPED ──────────────────► SEARCHING
 *      │  ▲                           │  renewed at half of its life,
 *      │  └────── pause over ──┐      │  looked after every minute
 *      └─ none succeeds ─► PAUSED     └─ closed ─► CLOSED
 * </pre>
 *
 * All protocols are asked side by side, each a moment after the better one before it: a gateway
 * that speaks PCP answers within that moment and is asked for one mapping only, and one that keeps
 * silent costs the next protocol no more than that.
 */
final class GatewayLease {
  private static final Logger log = LoggerFactory.getLogger(GatewayLease.class);

  /** Between the starts of two protocols: more than a round trip to the gateway. */
  private static final long HEAD_START_MILLIS = 250;

  /** Renewals are no more frequent, however short a life the gateway grants (RFC 6887 §11.2.1). */
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(4);

  /** Nor rarer: a life of years is not believed. */
  private static final Duration LONGEST_LIFE = Duration.ofHours(24);

  private static final int MAX_DOUBLINGS = 5;

  /** Where the lease stands. */
  enum State {
    IDLE,
    SEARCHING,
    MAPPED,
    PAUSED,
    CLOSED
  }

  private record Held(MappingClient client, Grant grant) {}

  /**
   * What is to be mapped where.
   *
   * @param clients new ones for each round, the better protocols first
   */
  record Target(Gateway gateway, int port, Supplier<List<MappingClient>> clients) {}

  private final Target target;
  private final Environment environment;
  private final Timing timing;
  private final Listener listener;
  private State state = State.IDLE;
  private int round;
  private int unanswered;
  private int failedRounds;
  private @Nullable Held held;
  private long grantedNanos;
  private @Nullable ScheduledFuture<?> timer;

  GatewayLease(Target target, Environment environment, Timing timing, Listener listener) {
    this.target = target;
    this.environment = environment;
    this.timing = timing;
    this.listener = listener;
  }

  Gateway gateway() {
    return target.gateway();
  }

  Optional<Mapped> mapped() {
    return Optional.ofNullable(held)
        .map(h -> new Mapped(h.client().protocol(), h.grant().external()));
  }

  void begin() {
    transition(State.SEARCHING, "looking for a protocol");
    int mine = ++round;
    List<MappingClient> clients = target.clients().get();
    unanswered = clients.size();
    for (int i = 0; i < clients.size(); i++) {
      MappingClient client = clients.get(i);
      if (i == 0) {
        attempt(mine, client);
      } else {
        environment
            .loop()
            .schedule(() -> attempt(mine, client), i * HEAD_START_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
  }

  private void attempt(int mine, MappingClient client) {
    if (mine != round || state != State.SEARCHING) {
      return;
    }
    run(
        client,
        () -> client.map(target.port(), timing.lease()),
        grant -> onGranted(mine, client, grant),
        failure -> onRefused(mine, client, failure));
  }

  private void onGranted(int mine, MappingClient client, Grant grant) {
    Held before = held;
    if (mine == round && state == State.SEARCHING) {
      hold(client, grant);
      transition(State.MAPPED, client.protocol().word() + " gives " + grant.external());
      schedule();
    } else if (mine == round && state == State.MAPPED && before != null && isBetter(client)) {
      hold(client, grant);
      releaseUnlessShared(before.client(), before.grant());
      schedule();
    } else {
      releaseUnlessShared(client, grant);
    }
  }

  private boolean isBetter(MappingClient client) {
    return held == null || client.protocol().compareTo(held.client().protocol()) < 0;
  }

  private void hold(MappingClient client, Grant grant) {
    Held before = held;
    held = new Held(client, grant);
    grantedNanos = environment.nanoTime().getAsLong();
    failedRounds = 0;
    if (before == null || !before.grant().external().equals(grant.external())) {
      if (before != null) {
        listener.onLost(before.grant().external());
      }
      listener.onMapped(grant.external(), client.protocol());
    }
  }

  /** To many gateways it is one mapping, whatever protocol asked: then it must stay. */
  private void releaseUnlessShared(MappingClient client, Grant grant) {
    if (held == null || !held.grant().external().equals(grant.external())) {
      release(client);
    }
  }

  private void onRefused(int mine, MappingClient client, IOException failure) {
    log.debug("no mapping by {}: {}", client.protocol().word(), failure.toString());
    if (mine == round && state == State.SEARCHING && --unanswered == 0) {
      long pause = timing.retry().toMillis() << Math.min(failedRounds++, MAX_DOUBLINGS);
      transition(State.PAUSED, "the gateway maps no ports");
      later(pause, this::begin);
    }
  }

  private void schedule() {
    Held now = held;
    if (now != null) {
      Duration check = min(timing.check(), untilRenewal(now));
      later(check.toMillis(), this::lookAfter);
    }
  }

  private void lookAfter() {
    Held now = held;
    if (now == null || state != State.MAPPED) {
      return;
    }
    int mine = round;
    if (untilRenewal(now).compareTo(SHORTEST_PAUSE.dividedBy(2)) <= 0) {
      renew(mine, now);
      return;
    }
    run(
        now.client(),
        now.client()::stillThere,
        there -> {
          if (mine != round || state != State.MAPPED) {
            return;
          }
          if (there) {
            schedule();
          } else {
            log.info("the gateway {} has lost the mapping", gateway().address());
            renew(mine, now);
          }
        },
        // Silence, from a gateway that starts anew, say: the lease decides how long to hope.
        failure -> renew(mine, now));
  }

  private void renew(int mine, Held now) {
    if (mine != round || state != State.MAPPED) {
      return;
    }
    run(
        now.client(),
        () -> now.client().map(now.grant().external().getPort(), timing.lease()),
        grant -> {
          if (mine == round && state == State.MAPPED) {
            hold(now.client(), grant);
            schedule();
          } else {
            releaseUnlessShared(now.client(), grant);
          }
        },
        failure -> onNotRenewed(mine, now, failure));
  }

  private void onNotRenewed(int mine, Held now, IOException failure) {
    if (mine != round || state != State.MAPPED) {
      return;
    }
    Duration left = lifeOf(now).minus(age());
    if (failure instanceof MappingException || left.compareTo(SHORTEST_PAUSE) < 0) {
      lose(String.valueOf(failure.getMessage()));
      begin();
    } else {
      // RFC 6887 §11.2.1: at half of what is left.
      later(min(left.dividedBy(2), timing.check()).toMillis(), () -> renew(mine, now));
    }
  }

  private void lose(String why) {
    Held gone = held;
    held = null;
    if (gone != null) {
      log.info("the mapping at {} is lost: {}", gone.grant().external(), why);
      listener.onLost(gone.grant().external());
    }
  }

  /** The network has changed, and this gateway is still the gateway. */
  void refresh() {
    switch (state) {
      case MAPPED -> lookAfter();
      case PAUSED -> begin();
      case IDLE, SEARCHING, CLOSED -> {}
    }
  }

  /** Takes the mapping back; done when that is over, well or not. */
  CompletableFuture<Void> close() {
    transition(State.CLOSED, "closed");
    if (timer != null) {
      timer.cancel(false);
    }
    Held last = held;
    held = null;
    return last == null ? CompletableFuture.completedFuture(null) : release(last.client());
  }

  private CompletableFuture<Void> release(MappingClient client) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    run(
        client,
        () -> {
          client.release();
          return client;
        },
        released -> done.complete(null),
        failure -> {
          log.debug("a mapping was not released, and will expire: {}", failure.toString());
          done.complete(null);
        });
    return done;
  }

  private Duration age() {
    return Duration.ofNanos(environment.nanoTime().getAsLong() - grantedNanos);
  }

  private static Duration lifeOf(Held lease) {
    return min(lease.grant().lifetime(), LONGEST_LIFE);
  }

  /** RFC 6886 §3.3, RFC 6887 §11.2.1: at half of its life. */
  private Duration untilRenewal(Held lease) {
    Duration half = lifeOf(lease).dividedBy(2);
    Duration left = (half.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : half).minus(age());
    return left.isNegative() ? Duration.ZERO : left;
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private void later(long millis, Runnable task) {
    if (timer != null) {
      timer.cancel(false);
    }
    timer = environment.loop().schedule(task, millis, TimeUnit.MILLISECONDS);
  }

  /** A question that blocks. */
  private interface Question<T> {
    T ask() throws IOException;
  }

  /**
   * Asks where it may block, one question to a client at a time, and takes the answer back on the
   * event loop.
   */
  private <T> void run(
      MappingClient client,
      Question<T> question,
      Consumer<T> onAnswer,
      Consumer<IOException> onFailure) {
    try {
      environment
          .blocking()
          .execute(
              () -> {
                Runnable outcome;
                try {
                  T answer;
                  synchronized (client) {
                    answer = question.ask();
                  }
                  outcome = () -> onAnswer.accept(answer);
                } catch (IOException e) {
                  outcome = () -> onFailure.accept(e);
                } catch (RuntimeException e) {
                  log.error("a port mapping met a bug", e);
                  outcome = () -> onFailure.accept(new IOException(e));
                }
                post(outcome);
              });
    } catch (RejectedExecutionException e) {
      onFailure.accept(new IOException("the node is ending", e));
    }
  }

  private void post(Runnable outcome) {
    try {
      environment.loop().execute(outcome);
    } catch (RejectedExecutionException e) {
      log.debug("a gateway's answer came after the node's end");
    }
  }

  private void transition(State next, String reason) {
    log.debug("mapping at {}: {} → {}: {}", gateway().address(), state, next, reason);
    state = next;
  }
}
