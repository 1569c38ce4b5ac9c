package dev.parley.nat.mapping;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a port of the node mapped at the default gateway of each family: over IPv4 by the best
 * protocol that the gateway speaks, over IPv6 by PCP, which opens the firewall.
 *
 * <p>Confined to its event loop, except {@link #close}. Returns at once from everything; what
 * blocks runs on the executor for that. A port that is bound to the loopback is left alone.
 */
public final class PortMapper {
  private static final Logger log = LoggerFactory.getLogger(PortMapper.class);

  /** Hears of mappings, on the event loop. */
  public interface Listener {
    /** Peers reach the port there. Called again when the address changes. */
    void onMapped(InetSocketAddress external, Protocol protocol);

    /** They no longer do. */
    void onLost(InetSocketAddress external);
  }

  /** A mapping that holds. */
  public record Mapped(Protocol protocol, InetSocketAddress external) {}

  /**
   * What a mapper runs on.
   *
   * @param nanoTime a clock that only grows
   * @param random of cryptographic quality, for PCP's nonces
   */
  public record Environment(
      ScheduledExecutorService loop,
      Executor blocking,
      LongSupplier nanoTime,
      RandomGenerator random) {}

  /**
   * How long, and how often.
   *
   * @param lease what is asked for; the gateway may grant another
   * @param check between two questions whether the gateway still has the mapping
   * @param retry before the first new attempt where none succeeded; it doubles up to 32 times that
   */
  public record Timing(Duration lease, Duration check, Duration retry) {
    /** RFC 6886 §3.3 recommends two hours. */
    public static final Timing DEFAULT =
        new Timing(Duration.ofHours(2), Duration.ofMinutes(1), Duration.ofMinutes(1));
  }

  /** Looks for gateways; blocks for a moment. */
  @FunctionalInterface
  interface GatewaySearch {
    ImmutableList<Gateway> find() throws IOException;
  }

  private final Environment environment;
  private final Timing timing;
  private final Port port;
  private final GatewaySearch search;
  private final Listener listener;
  private final List<GatewayLease> leases = new ArrayList<>();
  private int searches;
  private boolean closed;

  PortMapper(
      Environment environment, Timing timing, Port port, GatewaySearch search, Listener listener) {
    this.environment = environment;
    this.timing = timing;
    this.port = port;
    this.search = search;
    this.listener = listener;
  }

  /** What is mapped. */
  record Port(MappedTransport transport, int number) {}

  /** Begins to map the UDP port that is bound there. */
  public static PortMapper start(
      Environment environment, Timing timing, InetSocketAddress bound, Listener listener) {
    return start(environment, timing, MappedTransport.UDP, bound, listener);
  }

  /** Begins to map the port that is bound there; each transport has a mapper of its own. */
  public static PortMapper start(
      Environment environment,
      Timing timing,
      MappedTransport transport,
      InetSocketAddress bound,
      Listener listener) {
    PortMapper mapper =
        new PortMapper(
            environment,
            timing,
            new Port(transport, bound.getPort()),
            () -> Gateways.find(bound.getAddress()),
            listener);
    if (!bound.getAddress().isLoopbackAddress()) {
      environment.loop().execute(mapper::restart);
    }
    return mapper;
  }

  /** Looks for gateways anew and maps again: the network has changed. */
  public void restart() {
    if (closed) {
      return;
    }
    int mine = ++searches;
    try {
      environment
          .blocking()
          .execute(
              () -> {
                ImmutableList<Gateway> found = find();
                environment.loop().execute(() -> onGateways(mine, found));
              });
    } catch (RejectedExecutionException e) {
      log.debug("no search for a gateway: the node is ending");
    }
  }

  private ImmutableList<Gateway> find() {
    try {
      return search.find();
    } catch (IOException | RuntimeException e) {
      log.info("the default gateway cannot be found: {}", e.toString());
      return ImmutableList.of();
    }
  }

  private void onGateways(int search, ImmutableList<Gateway> found) {
    if (closed || search != searches) {
      return;
    }
    for (GatewayLease lease : ImmutableList.copyOf(leases)) {
      if (!found.contains(lease.gateway())) {
        leases.remove(lease);
        lease.close();
      } else {
        lease.refresh();
      }
    }
    for (Gateway gateway : found) {
      if (leases.stream().noneMatch(lease -> lease.gateway().equals(gateway))) {
        GatewayLease lease =
            new GatewayLease(
                new GatewayLease.Target(gateway, port.number(), () -> clients(gateway)),
                environment,
                timing,
                listener);
        leases.add(lease);
        lease.begin();
      }
    }
  }

  private ImmutableList<MappingClient> clients(Gateway gateway) {
    byte[] nonce = new byte[PcpCodec.NONCE_BYTES];
    environment.random().nextBytes(nonce);
    MappingClient pcp =
        new PcpClient(
            gateway,
            port.transport(),
            port.number(),
            nonce,
            new EpochWatch(environment.nanoTime()));
    if (!gateway.isIpv4()) {
      return ImmutableList.of(pcp);
    }
    return ImmutableList.of(
        pcp,
        new NatPmpClient(
            gateway, port.transport(), port.number(), new EpochWatch(environment.nanoTime())),
        new UpnpClient(gateway, port.transport(), port.number(), environment.random()));
  }

  /** What is mapped at this moment. */
  public ImmutableList<Mapped> mapped() {
    return leases.stream()
        .flatMap(lease -> lease.mapped().stream())
        .collect(ImmutableList.toImmutableList());
  }

  /**
   * Takes the mappings back; done when the gateways have agreed, or do not answer. Thread-safe; the
   * listener hears nothing any more.
   */
  public CompletableFuture<Void> close() {
    CompletableFuture<Void> released = new CompletableFuture<>();
    environment
        .loop()
        .execute(
            () -> {
              closed = true;
              CompletableFuture<?>[] all =
                  leases.stream().map(GatewayLease::close).toArray(CompletableFuture[]::new);
              leases.clear();
              CompletableFuture.allOf(all).thenRun(() -> released.complete(null));
            });
    return released;
  }
}
