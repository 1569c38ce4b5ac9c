package dev.parley.node;

import dev.parley.link.Link;
import dev.parley.link.LinkListener;
import dev.parley.nat.ice.IceEngine;
import dev.parley.nat.ice.IceLocals;
import dev.parley.nat.path.PathSwitch;
import dev.parley.peer.v1.IceSignal;
import dev.parley.proto.id.PeerId;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides when ICE is tried, and with whom: with every peer whose link is not direct. Owned by the
 * event loop.
 */
final class IceDriver implements LinkListener {
  /**
   * The plain probes of told addresses are quicker where they work at all: over a relay 80 ms away
   * both sides are direct within 250 ms, unless the making of an agent takes the processor.
   */
  static final long HEAD_START_MILLIS = 400;

  private static final long TICK_MILLIS = 1_000;

  /** Signals to one peer. */
  interface Signals {
    void send(PeerId peer, IceSignal signal);
  }

  /** What it works with; {@code contacts} tells who is one. */
  record Surroundings(
      PeerId self,
      IceEngine engine,
      PathSwitch paths,
      Signals signals,
      Supplier<IceLocals> locals,
      Predicate<PeerId> contacts,
      StrangerAttempts strangers,
      EventExecutor loop,
      LongSupplier nanoTime,
      RandomGenerator random) {
    long now() {
      return nanoTime.getAsLong();
    }

    /** Whether an attempt with this peer may begin; counts it if so. */
    boolean mayStart(PeerId peer) {
      return contacts.test(peer) || strangers.tryStart(now());
    }
  }

  private final Surroundings with;
  private final Map<PeerId, PeerIce> peers = new HashMap<>();
  private @Nullable ScheduledFuture<?> ticks;

  IceDriver(Surroundings with) {
    this.with = with;
  }

  @Override
  public void onUp(Link link) {
    PeerIce old = peers.put(link.peer(), new PeerIce(link.peer(), with));
    if (old != null) {
      old.close();
    }
    with.loop().schedule(this::tick, HEAD_START_MILLIS, TimeUnit.MILLISECONDS);
    if (ticks == null) {
      ticks =
          with.loop()
              .scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void onDown(Link link, String reason) {
    PeerIce gone = peers.remove(link.peer());
    if (gone != null) {
      gone.close();
    }
    if (peers.isEmpty() && ticks != null) {
      ticks.cancel(false);
      ticks = null;
    }
  }

  void onSignal(PeerId peer, IceSignal signal) {
    PeerIce known = peers.get(peer);
    if (known != null) {
      known.onSignal(signal);
    }
  }

  /** The network is not what it was. */
  void onNetworkChanged() {
    List.copyOf(peers.values()).forEach(PeerIce::restart);
  }

  /** A STUN server, or a router, has told another address of ours. */
  void onLocals() {
    List.copyOf(peers.values()).forEach(PeerIce::onLocals);
  }

  /** How the attempts with this peer have gone. */
  PeerIce.Evidence evidence(PeerId peer) {
    PeerIce known = peers.get(peer);
    return known == null ? PeerIce.Evidence.NONE : known.evidence();
  }

  void close() {
    peers.values().forEach(PeerIce::close);
    peers.clear();
    if (ticks != null) {
      ticks.cancel(false);
      ticks = null;
    }
    with.engine().close();
  }

  private void tick() {
    List.copyOf(peers.values()).forEach(PeerIce::tick);
  }
}
