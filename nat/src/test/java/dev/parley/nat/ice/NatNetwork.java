package dev.parley.nat.ice;

import com.google.common.collect.ImmutableList;
import dev.parley.nat.PeerKey;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Engines behind NATs in memory: mapping and filtering as RFC 4787 names them, delay, loss. */
final class NatNetwork implements AutoCloseable {
  enum Nat {
    NONE,
    PORT_RESTRICTED,
    SYMMETRIC
  }

  private static final int DELAY_MILLIS = 5;

  final long seed = new Random().nextLong();
  private final Random random = new Random(seed);
  private final double loss;
  private final Map<InetSocketAddress, Host> outside = new ConcurrentHashMap<>();
  private final List<Host> hosts = new CopyOnWriteArrayList<>();

  NatNetwork(double loss) {
    this.loss = loss;
  }

  Host host(Nat nat) {
    Host host = new Host(nat, hosts.size() + 1);
    hosts.add(host);
    return host;
  }

  @Override
  public void close() {
    for (Host host : hosts) {
      host.loop.submit(host.engine::close).syncUninterruptibly();
      host.loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  private synchronized boolean lost() {
    return random.nextDouble() < loss;
  }

  final class Host {
    final EventExecutor loop = new DefaultEventExecutor();
    final IceEngine engine = IceEngine.on(loop, this::send);
    final AtomicLong sent = new AtomicLong();
    final PeerKey key;
    private final Nat nat;
    private final InetSocketAddress inside;
    private final String publicIp;
    private final Map<InetSocketAddress, InetSocketAddress> mappings = new HashMap<>();
    private final Set<InetSocketAddress> permitted = new HashSet<>();
    private int nextPort = 40_000;

    private Host(Nat nat, int number) {
      this.nat = nat;
      this.key = new PeerKey(number, 0, 0, 0);
      this.publicIp = "203.0.113." + number;
      this.inside =
          nat == Nat.NONE
              ? new InetSocketAddress(publicIp, 5000)
              : new InetSocketAddress("10.0." + number + ".2", 5000);
      if (nat == Nat.NONE) {
        outside.put(inside, this);
      }
    }

    /** Behind a NAT, what a STUN server would see. */
    IceLocals locals() {
      return new IceLocals(
          ImmutableList.of(inside),
          ImmutableList.of(),
          nat == Nat.NONE
              ? ImmutableList.of()
              : ImmutableList.of(mapping(new InetSocketAddress("198.51.100.1", 3478))));
    }

    InetSocketAddress inside() {
      return inside;
    }

    private synchronized InetSocketAddress mapping(InetSocketAddress to) {
      InetSocketAddress dependsOn = nat == Nat.SYMMETRIC ? to : new InetSocketAddress(0);
      return mappings.computeIfAbsent(
          dependsOn,
          k -> {
            InetSocketAddress mapped = new InetSocketAddress(publicIp, nextPort++);
            outside.put(mapped, this);
            return mapped;
          });
    }

    private void send(ByteBuf packet, InetSocketAddress to) {
      sent.incrementAndGet();
      InetSocketAddress from = inside;
      if (nat != Nat.NONE) {
        from = mapping(to);
        synchronized (this) {
          permitted.add(to);
        }
      }
      Host target = outside.get(to);
      if (target == null || target.loop.isShuttingDown() || lost()) {
        packet.release();
        return;
      }
      InetSocketAddress seen = from;
      target.loop.schedule(
          () -> target.receive(packet, seen, to), DELAY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void receive(ByteBuf packet, InetSocketAddress from, InetSocketAddress to) {
      boolean passes;
      synchronized (this) {
        boolean mappedForIt = nat != Nat.SYMMETRIC || to.equals(mappings.get(from));
        passes = nat == Nat.NONE || permitted.contains(from) && mappedForIt;
      }
      if (passes) {
        boolean taken = engine.onStun(packet, from);
        if (!taken) {
          refused.incrementAndGet();
        }
      }
      packet.release();
    }

    final AtomicLong refused = new AtomicLong();
  }

  /** One side of an attempt, signalled to the other by hand. */
  static final class Side implements IceListener {
    final Host host;
    final List<InetSocketAddress> pairs = new CopyOnWriteArrayList<>();
    final List<String> failures = new CopyOnWriteArrayList<>();
    final List<IceCandidate> candidates = new CopyOnWriteArrayList<>();
    volatile IceAttempt attempt;
    volatile IceCredentials credentials;

    Side(Host host) {
      this.host = host;
    }

    static Side start(Host host, IceRole role, IceLocals locals) {
      Side side = new Side(host);
      side.onLoop(() -> side.attempt = host.engine.start(host.key, role, locals, side));
      return side;
    }

    void onLoop(Runnable action) {
      host.loop.submit(action).syncUninterruptibly();
    }

    /** What the peer would tell over the link. */
    void hear(Side other, boolean candidatesToo) {
      onLoop(
          () -> {
            if (candidatesToo) {
              attempt.addRemoteCandidates(other.candidates);
            }
            attempt.begin(other.credentials);
          });
    }

    boolean isReady() {
      return credentials != null;
    }

    boolean isOver() {
      return attempt.isOver();
    }

    @Override
    public void onReady(IceCredentials own, ImmutableList<IceCandidate> first) {
      candidates.addAll(first);
      credentials = own;
    }

    @Override
    public void onLocalCandidates(ImmutableList<IceCandidate> more) {
      candidates.addAll(more);
    }

    @Override
    public void onPair(InetSocketAddress remote) {
      pairs.add(remote);
    }

    @Override
    public void onFailed(String reason) {
      failures.add(reason);
    }
  }
}
