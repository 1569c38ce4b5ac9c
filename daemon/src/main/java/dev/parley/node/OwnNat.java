package dev.parley.node;

import com.google.common.collect.ImmutableSet;
import dev.parley.diagnosis.NatFacts;
import dev.parley.nat.netcheck.NatBehavior;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of its own NAT, measured in the background: soon after a STUN server is
 * known, when another one is, when the network has changed, and now and then. Owned by the event
 * loop.
 */
final class OwnNat {
  /** Between the beginnings of two measurements that nobody has asked for. */
  static final long MIN_GAP_SECONDS = 10;

  /** A router may have been replaced without any interface noticing. */
  static final long REFRESH_SECONDS = 1_800;

  /** What was measured, and when, by the monotonic clock. */
  private record Measured(NatFacts facts, long at) {}

  private final Supplier<? extends Collection<InetSocketAddress>> servers;
  private final Supplier<CompletableFuture<NetcheckReport>> measure;
  private final BooleanSupplier portMapped;
  private final LongSupplier nanoTime;
  private ImmutableSet<InetSocketAddress> asked = ImmutableSet.of();
  private @Nullable Measured latest;
  private long begunAt;
  private Runnable onChange = () -> {};
  private boolean begun;
  private boolean running;
  private boolean stale;

  /**
   * @param measure completes on the event loop
   * @param portMapped whether the gateway forwards a port now
   */
  OwnNat(
      Supplier<? extends Collection<InetSocketAddress>> servers,
      Supplier<CompletableFuture<NetcheckReport>> measure,
      BooleanSupplier portMapped,
      LongSupplier nanoTime) {
    this.servers = servers;
    this.measure = measure;
    this.portMapped = portMapped;
    this.nanoTime = nanoTime;
  }

  /** Sets who hears when something is known that was not, or otherwise. */
  void onChange(Runnable listener) {
    onChange = listener;
  }

  Optional<NatFacts> facts() {
    return Optional.ofNullable(latest).map(Measured::facts);
  }

  /** Since the measurement that {@link #facts} are from; zero before one. */
  Duration age() {
    Measured known = latest;
    return known == null ? Duration.ZERO : Duration.ofNanos(nanoTime.getAsLong() - known.at());
  }

  /** What was measured need not hold any more. */
  void onNetworkChanged() {
    stale = true;
  }

  /** Looks whether a measurement is due: about once a second. */
  void tick() {
    ImmutableSet<InetSocketAddress> known = ImmutableSet.copyOf(servers.get());
    long since = nanoTime.getAsLong() - begunAt;
    boolean remapped =
        facts().filter(facts -> facts.portMapping() != portMapped.getAsBoolean()).isPresent();
    boolean due = stale || remapped || !known.equals(asked) || since >= seconds(REFRESH_SECONDS);
    boolean early = begun && since < seconds(MIN_GAP_SECONDS);
    if (known.isEmpty() || running || !due || early) {
      return;
    }
    asked = known;
    run();
  }

  /** Measures now, and keeps what comes of it. */
  CompletableFuture<NetcheckReport> run() {
    stale = false;
    begun = true;
    running = true;
    begunAt = nanoTime.getAsLong();
    boolean anyServer = !servers.get().isEmpty();
    return measure
        .get()
        .whenComplete(
            (report, failure) -> {
              running = false;
              if (failure == null && anyServer) {
                keep(of(report));
              }
            });
  }

  private void keep(NatFacts facts) {
    boolean changed = !facts().equals(Optional.of(facts));
    latest = new Measured(facts, nanoTime.getAsLong());
    if (changed) {
      onChange.run();
    }
  }

  private static NatFacts of(NetcheckReport report) {
    return new NatFacts(
        report.udp(),
        report.ipv4(),
        report.ipv6(),
        behavior(report.mapping()),
        behavior(report.filtering()),
        report.hairpin(),
        !report.portMapping().isEmpty());
  }

  private static NatBehavior behavior(NetcheckReport.Behavior behavior) {
    return switch (behavior) {
      case NONE -> NatBehavior.NONE;
      case ENDPOINT_INDEPENDENT -> NatBehavior.ENDPOINT_INDEPENDENT;
      case ADDRESS_DEPENDENT -> NatBehavior.ADDRESS_DEPENDENT;
      case ADDRESS_AND_PORT_DEPENDENT -> NatBehavior.ADDRESS_AND_PORT_DEPENDENT;
      case UNKNOWN -> NatBehavior.UNKNOWN;
    };
  }

  private static long seconds(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }
}
