package dev.parley.relay.client;

import com.google.common.collect.ImmutableList;
import dev.parley.discovery.RelayUrl;
import dev.parley.nat.PeerKey;
import dev.parley.nat.RelayCarrier;
import dev.parley.relay.v1.MailRequest;
import dev.parley.relay.v1.MailResponse;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All relays of a node: its own, one of which is home, and those of its peers. Confined to the
 * event loop.
 *
 * <p>In a <em>round</em> all configured relays are connected. The first one there is home at once;
 * when all have been measured or have failed, or the round has lasted long enough, the nearest is,
 * and the others are disconnected and stand by. A new round begins when home is lost, so that the
 * next one is home as soon as it answers, and now and then to measure anew. Relays of peers are
 * connected while they are used.
 */
public final class RelayPool {
  /** Relays of peers at one time; a further one takes the place of the one idle longest. */
  static final int MAX_FOREIGN = 16;

  /** A relay that nobody has used for so long is disconnected. */
  static final Duration IDLE = Duration.ofMinutes(2);

  /** What was used this recently is not put out for another. */
  static final Duration BUSY = Duration.ofSeconds(10);

  static final Duration ROUND = Duration.ofSeconds(5);
  static final Duration BETWEEN_ROUNDS = Duration.ofMinutes(10);

  /** After home was lost: a relay that only restarted was the nearest, and is so again. */
  static final Duration AFTER_LOSS = Duration.ofMinutes(1);

  private static final Duration TICK = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(RelayPool.class);

  /** Makes a client; a fake one in tests. */
  @FunctionalInterface
  interface ClientFactory {
    RelayClient create(RelayUrl url, RelayListener listener);
  }

  private final ImmutableList<RelayUrl> configured;
  private final EventExecutor loop;
  private final ClientFactory factory;
  private final RelayPoolListener listener;
  private final Map<RelayUrl, PoolEntry> entries = new LinkedHashMap<>();

  private boolean running;
  private boolean inRound;
  private long roundStartedNanos;
  private Duration nextRoundAfter = BETWEEN_ROUNDS;
  private Optional<RelayUrl> home = Optional.empty();
  private @Nullable Future<?> ticking;
  private long refused;

  public RelayPool(
      List<RelayUrl> configured, RelayEnvironment environment, RelayPoolListener listener) {
    this(
        configured,
        environment.loop(),
        (url, relayListener) -> RelayClient.create(url, environment, relayListener),
        listener);
  }

  RelayPool(
      List<RelayUrl> configured,
      EventExecutor loop,
      ClientFactory factory,
      RelayPoolListener listener) {
    this.configured = ImmutableList.copyOf(configured);
    this.loop = loop;
    this.factory = factory;
    this.listener = listener;
  }

  /** Connects to all configured relays. */
  public void start() {
    running = true;
    configured.forEach(url -> entries.computeIfAbsent(url, u -> entry(u, true)));
    startRound("start", BETWEEN_ROUNDS);
    ticking =
        loop.scheduleAtFixedRate(
            this::onTick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Disconnects from everything. */
  public void close() {
    running = false;
    if (ticking != null) {
      ticking.cancel(false);
    }
    entries.values().forEach(entry -> entry.client.close());
    entries.clear();
    home = Optional.empty();
  }

  /** The relay by which peers reach us now. */
  public Optional<RelayUrl> home() {
    return home;
  }

  /**
   * A carrier by way of this relay, one of ours or a peer's. Asking connects it, and so does each
   * datagram sent by it; while it connects, datagrams are dropped.
   */
  public RelayCarrier carrierFor(RelayUrl url) {
    use(url);
    return carrier(url);
  }

  /** Finds out at once which relays are still there, as after a change of network. */
  public void checkNow() {
    entries.values().forEach(entry -> entry.client.checkNow());
  }

  /** Every relay that the pool holds, ours first. */
  public ImmutableList<RelayStatus> status() {
    return entries.values().stream()
        .map(entry -> entry.status(home))
        .collect(ImmutableList.toImmutableList());
  }

  /** Datagrams dropped on their way to relays. */
  public long dropped() {
    return refused + entries.values().stream().mapToLong(e -> e.client.dropped()).sum();
  }

  boolean send(RelayUrl url, PeerKey target, ByteBuf datagram) {
    PoolEntry entry = use(url);
    if (entry == null) {
      datagram.release();
      refused++;
      return false;
    }
    return entry.client.send(target, datagram);
  }

  boolean isConnected(RelayUrl url) {
    PoolEntry entry = entries.get(url);
    return entry != null && entry.client.isConnected();
  }

  /** The entry, connected or connecting; null when there is no place for it. */
  private @Nullable PoolEntry use(RelayUrl url) {
    if (!running) {
      return null;
    }
    PoolEntry entry = entries.get(url);
    if (entry == null) {
      if (!makeRoom()) {
        return null;
      }
      entry = entry(url, false);
      entries.put(url, entry);
    }
    entry.lastUsedNanos = now();
    entry.used = true;
    entry.client.start();
    return entry;
  }

  private boolean makeRoom() {
    List<PoolEntry> foreign = entries.values().stream().filter(e -> !e.configured).toList();
    if (foreign.size() < MAX_FOREIGN) {
      return true;
    }
    PoolEntry idlest =
        foreign.stream()
            .min((a, b) -> Long.signum(a.lastUsedNanos - b.lastUsedNanos))
            .orElseThrow();
    if (now() - idlest.lastUsedNanos < BUSY.toNanos()) {
      return false;
    }
    remove(idlest);
    return true;
  }

  private void remove(PoolEntry entry) {
    entry.client.close();
    refused += entry.client.dropped();
    entries.remove(entry.url);
  }

  /** Called once a second. */
  void onTick() {
    long now = now();
    if (inRound && now - roundStartedNanos >= ROUND.toNanos()) {
      settle();
    } else if (!inRound && now - roundStartedNanos >= nextRoundAfter.toNanos()) {
      startRound("time to measure", BETWEEN_ROUNDS);
    }
    for (PoolEntry entry : ImmutableList.copyOf(entries.values())) {
      if (entry.used && now - entry.lastUsedNanos >= IDLE.toNanos()) {
        entry.used = false;
        release(entry);
      }
    }
  }

  /** Disconnects what nobody needs any more. */
  private void release(PoolEntry entry) {
    if (entry.used || home.equals(Optional.of(entry.url)) || (inRound && entry.configured)) {
      return;
    }
    if (entry.configured) {
      entry.client.close();
    } else {
      remove(entry);
    }
  }

  private void startRound(String reason, Duration next) {
    nextRoundAfter = next;
    log.debug("measuring {} relays: {}", configured.size(), reason);
    inRound = true;
    roundStartedNanos = now();
    for (PoolEntry entry : ownEntries()) {
      entry.failedInRound = false;
      entry.client.start();
    }
  }

  private List<PoolEntry> ownEntries() {
    return entries.values().stream().filter(entry -> entry.configured).toList();
  }

  /** Chooses again after something has changed, and ends the round when all is known. */
  private void evaluate() {
    if (!inRound) {
      return;
    }
    if (!homeIsUp()) {
      chooseHome();
    }
    boolean allKnown =
        ownEntries().stream().allMatch(e -> e.failedInRound || e.client.rtt().isPresent());
    if (allKnown) {
      settle();
    }
  }

  private boolean homeIsUp() {
    return home.map(this::isConnected).orElse(false);
  }

  /** Ends the round, unless there is nothing to choose from: then the trying goes on. */
  private void settle() {
    chooseHome();
    if (homeIsUp()) {
      inRound = false;
      ownEntries().forEach(this::release);
    }
  }

  private void chooseHome() {
    List<HomeSelection.Candidate> candidates =
        ownEntries().stream()
            .map(e -> new HomeSelection.Candidate(e.url, e.client.isConnected(), e.client.rtt()))
            .toList();
    Optional<RelayUrl> chosen = HomeSelection.choose(home, candidates);
    if (!chosen.equals(home)) {
      home = chosen;
      chosen.ifPresent(
          url -> {
            log.info("home relay: {}", url);
            listener.onHomeChanged(url);
          });
    }
  }

  private RelayCarrier carrier(RelayUrl url) {
    PoolEntry entry = entries.get(url);
    return entry != null ? entry.carrier : new PooledCarrier(this, url, url.toString());
  }

  private PoolEntry entry(RelayUrl url, boolean own) {
    return new PoolEntry(url, own, new PooledCarrier(this, url, url.toString()), factory, this);
  }

  void onConnected(PoolEntry entry, RelayGreeting greeting) {
    listener.onConnected(entry.url, greeting);
    evaluate();
  }

  void onDisconnected(PoolEntry entry, RelayProblem problem) {
    entry.failedInRound = true;
    listener.onDisconnected(entry.url, problem);
    if (home.equals(Optional.of(entry.url)) && !inRound) {
      startRound("the home relay is gone", AFTER_LOSS);
      // The lost one goes on by itself; it is not waited for.
      entry.failedInRound = true;
    }
    evaluate();
  }

  void onMeasured() {
    evaluate();
  }

  void onDatagram(PoolEntry entry, PeerKey source, ByteBuf datagram) {
    entry.lastUsedNanos = now();
    listener.onDatagram(entry.carrier, source, datagram);
  }

  void onDatagramsComplete() {
    listener.onDatagramsComplete();
  }

  void onTargetAbsent(PoolEntry entry, PeerKey target) {
    listener.onTargetAbsent(entry.carrier, target);
  }

  void onMail(PoolEntry entry) {
    listener.onMail(entry.url);
  }

  /** Asks a relay that is connected something about mail; see {@link RelayClient#ask}. */
  public CompletionStage<MailResponse> ask(RelayUrl url, MailRequest request) {
    PoolEntry entry = entries.get(url);
    return entry != null
        ? entry.client.ask(request)
        : CompletableFuture.failedFuture(new IOException("the relay is not connected"));
  }

  private long now() {
    return loop.ticker().nanoTime();
  }
}
