package dev.parley.node;

import com.google.common.collect.ImmutableList;
import dev.parley.config.NodeConfig;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.discovery.dht.MainlineDht;
import dev.parley.discovery.dht.SearchPlan;
import dev.parley.identity.Identity;
import dev.parley.link.Link;
import dev.parley.link.LinkListener;
import dev.parley.proto.id.PeerId;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the Mainline DHT to the node: publishes its record there, and looks up contacts that no
 * known way leads to. Owned by the event loop.
 */
final class DhtDriver implements LinkListener {
  private static final Logger log = LoggerFactory.getLogger(DhtDriver.class);

  /**
   * What it works with.
   *
   * @param resolver for names, which block
   * @param contacts tells who is one: others are never looked up
   * @param found hears genuine records, newer or not
   */
  record Surroundings(
      Identity identity,
      EventLoop loop,
      Executor resolver,
      Clock clock,
      RandomGenerator random,
      Predicate<PeerId> contacts,
      Consumer<DiscoveryRecord> found) {}

  private final NodeConfig.DhtRules rules;
  private final Surroundings with;
  private final SearchPlan plan = new SearchPlan();
  private final DhtSocket socket;
  private final MainlineDht dht;
  private String problem = "";
  private Optional<Instant> published = Optional.empty();
  private @Nullable ScheduledFuture<?> ticks;

  private DhtDriver(NodeConfig.DhtRules rules, InetSocketAddress bound, Surroundings with)
      throws NodeStartException {
    this.rules = rules;
    this.with = with;
    this.socket =
        DhtSocket.open(
            with.loop(),
            new InetSocketAddress(bound.getAddress(), rules.port()),
            (from, datagram) -> dht().onDatagram(from, datagram));
    this.dht =
        new MainlineDht(
            new MainlineDht.Surroundings(
                with.identity(),
                socket,
                this::resolve,
                with.clock(),
                System::nanoTime,
                with.random()));
  }

  /**
   * Opens the port, which blocks; empty where the configuration does not ask for it.
   *
   * @param bound where the node's own port is
   */
  static Optional<DhtDriver> open(
      NodeConfig.DhtRules rules, InetSocketAddress bound, Surroundings with)
      throws NodeStartException {
    return rules.enabled() ? Optional.of(new DhtDriver(rules, bound, with)) : Optional.empty();
  }

  private MainlineDht dht() {
    return dht;
  }

  void begin() {
    ticks =
        with.loop()
            .scheduleAtFixedRate(
                this::tick,
                MainlineDht.TICK_MILLIS,
                MainlineDht.TICK_MILLIS,
                TimeUnit.MILLISECONDS);
  }

  /** This node has another record; of the two the one that is published is chosen. */
  void publish(OwnRecord own) {
    dht.publish(rules.addresses() ? own.current() : own.currentWithoutAddresses());
  }

  void onNetworkChanged() {
    plan.onNetworkChanged();
  }

  private void tick() {
    dht.tick();
    MainlineDht.Status now = dht.status();
    if (!now.problem().equals(problem)) {
      problem = now.problem();
      log.info("{}", problem.isEmpty() ? "the DHT is there again" : problem);
    } else if (published.isEmpty() && now.publishedAt().isPresent()) {
      log.info("this node's record is in the DHT; {} nodes of it are known", now.nodes());
    }
    published = now.publishedAt();
  }

  @Override
  public void onUp(Link link) {
    plan.onUp(link.peer());
  }

  @Override
  public void onUnreachable(PeerId peer, String reason) {
    if (!with.contacts().test(peer) || dht.isBusy() || !plan.tryBegin(peer, System.nanoTime())) {
      return;
    }
    log.debug("{} is looked up in the DHT: {}", peer.shortForm(), reason);
    var unused =
        dht.find(peer)
            .thenAccept(
                record -> {
                  log.debug(
                      "{} {} in the DHT", peer.shortForm(), record.isPresent() ? "is" : "is not");
                  record.ifPresent(with.found());
                });
  }

  void close() {
    if (ticks != null) {
      ticks.cancel(false);
    }
    socket.close();
  }

  private CompletionStage<ImmutableList<InetSocketAddress>> resolve() {
    return CompletableFuture.supplyAsync(() -> lookUp(rules.bootstrap()), with.resolver())
        .thenApplyAsync(found -> found, with.loop());
  }

  private static ImmutableList<InetSocketAddress> lookUp(List<InetSocketAddress> names) {
    return names.stream()
        .map(name -> new InetSocketAddress(name.getHostString(), name.getPort()))
        .filter(address -> !address.isUnresolved())
        .collect(ImmutableList.toImmutableList());
  }
}
