package dev.parley.it.traversal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.control.v1.MessageState;
import dev.parley.control.v1.PathKind;
import dev.parley.control.v1.PathTransport;
import dev.parley.control.v1.PeerStatus;
import dev.parley.control.v1.WhyReply;
import dev.parley.it.nat.ExpectedCause;
import dev.parley.it.nat.Outcome;
import dev.parley.it.process.Daemon;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;

/** Two daemons that know each other's keys and relays, and talk for the first time. */
final class Meeting {
  /** Asking more often takes the processor from those who are asked. */
  private static final long POLL_NANOS = 10_000_000;

  /** Nobody is direct before the handshake has gone there and back by the relay. */
  private static final long EARLIEST_NANOS = 100_000_000;

  /** Checks of ICE that fail take 10 to 15 seconds, and a peer may be asked every 20. */
  private static final Duration TO_FIND_OUT = Duration.ofSeconds(90);

  private final Daemon one;
  private final Daemon other;
  private final long startNanos;
  private final CompletableFuture<Long> firstMessageNanos;
  private long directNanos = -1;

  private Meeting(Daemon one, Daemon other) {
    this.one = one;
    this.other = other;
    startNanos = System.nanoTime();
    firstMessageNanos =
        CompletableFuture.supplyAsync(
            () -> {
              one.control().send(other.name(), "first", MessageState.MESSAGE_STATE_DELIVERED);
              return System.nanoTime() - startNanos;
            });
  }

  static Meeting begin(Daemon one, Daemon other) {
    Daemon.introduceWithoutAddresses(one, other);
    return new Meeting(one, other);
  }

  /** Waits until both sides are direct, or the patience is over; true when they are. */
  boolean awaitDirect(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    LockSupport.parkNanos(EARLIEST_NANOS);
    while (directNanos < 0) {
      if (outcome().isDirect()) {
        directNanos = System.nanoTime() - startNanos;
      } else if (System.nanoTime() > deadline) {
        return false;
      } else {
        LockSupport.parkNanos(POLL_NANOS);
      }
    }
    return true;
  }

  /** How they talk now: direct only if it is so for both. */
  Outcome outcome() {
    Outcome ours = path(one, other);
    Outcome theirs = path(other, one);
    return ours.isDirect() && theirs.isDirect() ? ours : Outcome.RELAYED;
  }

  private static Outcome path(Daemon from, Daemon to) {
    PeerStatus peer = from.control().peer(to.name()).orElseThrow();
    if (peer.getPath().getKind() != PathKind.PATH_KIND_DIRECT) {
      return Outcome.RELAYED;
    }
    return peer.getPath().getTransport() == PathTransport.PATH_TRANSPORT_TCP
        ? Outcome.DIRECT_TCP
        : Outcome.DIRECT_UDP;
  }

  /** Waits until both sides say that this is why they are relayed. */
  void awaitCauses(ExpectedCause ofOne, ExpectedCause ofOther) {
    awaitCause(one, other, ofOne);
    awaitCause(other, one, ofOther);
  }

  private static void awaitCause(Daemon here, Daemon there, ExpectedCause cause) {
    Awaitility.await(here.name() + " says why " + there.name() + " is relayed")
        .atMost(TO_FIND_OUT)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              WhyReply why = here.control().why(there.name());
              assertThat(why.getCause()).as("%s", why).isEqualTo(cause.toString());
            });
  }

  /** A message in each direction, delivered. */
  void talk() {
    one.control().send(other.name(), "there", MessageState.MESSAGE_STATE_DELIVERED);
    other.control().send(one.name(), "and back", MessageState.MESSAGE_STATE_DELIVERED);
  }

  long firstMessageMillis() {
    return TimeUnit.NANOSECONDS.toMillis(firstMessageNanos.join());
  }

  /** Until both used the direct path; negative when they never did. */
  long directMillis() {
    return directNanos < 0 ? -1 : TimeUnit.NANOSECONDS.toMillis(directNanos);
  }

  /** Waits until they have known each other for so long. */
  void awaitAge(Duration age) {
    Awaitility.await()
        .atMost(age.multipliedBy(2))
        .until(() -> System.nanoTime() - startNanos > age.toNanos());
  }
}
