package dev.parley.nat.tcp;

import dev.parley.nat.PeerKey;
import dev.parley.nat.path.Drop;
import dev.parley.nat.path.KnownLink;
import dev.parley.nat.path.TcpEntrance;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The TCP connections of a node with its peers: takes those that come in, makes those that are
 * asked for, and hands them to the path switch once they are tied. Owned by the event loop.
 */
public final class TcpPort {
  private final TcpSockets sockets;
  private final TcpEntrance entrance;
  private final LongSupplier nanoTime;
  private final RandomGenerator random;
  private final Untied untied;
  private final DialLimits dials;
  private final Set<TcpSession> sessions = new HashSet<>();
  private @Nullable Channel server;
  private boolean closed;

  /**
   * @param nanoTime a monotonic clock
   * @param random cryptographically strong: a nonce must not be guessed
   */
  public TcpPort(
      EventLoop loop, TcpEntrance entrance, LongSupplier nanoTime, RandomGenerator random) {
    this.sockets = new TcpSockets(loop);
    this.entrance = entrance;
    this.nanoTime = nanoTime;
    this.random = random;
    this.untied = new Untied(nanoTime.getAsLong());
    this.dials = new DialLimits(nanoTime.getAsLong());
  }

  /** What there is at the moment, for the status and for those who look for leaks. */
  public record Held(int untied, int dials, int connections) {}

  public Held held() {
    return new Held(untied.size(), dials.size(), sessions.size());
  }

  /** Takes connections at this address from now on; fails when the port is taken. */
  public ChannelFuture listen(InetSocketAddress address) {
    ChannelFuture binding = sockets.listen(address, this::onAccepted);
    server = binding.channel();
    return binding;
  }

  /**
   * Connects to a peer with whom there is a link. The caller has vetted the address. False, and
   * nothing is done, when there is no link or too much is under way: then the time has not come.
   */
  public boolean dial(PeerKey peer, InetSocketAddress address, DialListener listener) {
    KnownLink link = entrance.with(peer);
    if (closed || link == null || !dials.begin(peer, nanoTime.getAsLong())) {
      return false;
    }
    Dialled owner = new Dialled(peer, listener);
    ChannelFuture connecting =
        sockets.connect(address, channel -> session(channel, address, link, owner));
    connecting.addListener(done -> owner.onConnect(connecting));
    return true;
  }

  private TcpSession session(
      Channel channel, InetSocketAddress remote, @Nullable KnownLink link, Owner owner) {
    TcpSession session =
        new TcpSession(channel, remote, new Opening(entrance::byTag, link, random), owner);
    sessions.add(session);
    return session;
  }

  /** A connection from outside; null when it is not taken. */
  private @Nullable TcpSession onAccepted(Channel channel, InetSocketAddress from) {
    if (closed || !untied.admit(from.getAddress(), nanoTime.getAsLong())) {
      entrance.count(Drop.TCP_REFUSED);
      return null;
    }
    return session(channel, from, null, new Accepted());
  }

  /** Closes everything. */
  public void close() {
    closed = true;
    if (server != null) {
      server.close();
    }
    List.copyOf(sessions).forEach(session -> session.close("the node ends"));
  }

  /** What connections from both sides have in common. */
  private abstract class Owner implements TcpSession.Owner {
    @Override
    public boolean onTied(TcpSession session) {
      boolean tied = entrance.tie(session);
      if (!tied) {
        entrance.count(Drop.TCP_REFUSED);
      }
      return tied;
    }

    @Override
    public void onDatagram(TcpSession session, ByteBuf datagram) {
      entrance.onDatagram(session, datagram);
    }

    @Override
    public void onHostile(TcpSession session) {
      entrance.count(Drop.TCP_HOSTILE);
    }

    @Override
    public void onEnded(TcpSession session, String reason) {
      sessions.remove(session);
      entrance.untie(session);
    }
  }

  /** Of a connection from outside: it holds a place until it is tied or gone. */
  private final class Accepted extends Owner {
    private boolean placed = true;

    @Override
    public boolean onTied(TcpSession session) {
      leave(session);
      return super.onTied(session);
    }

    @Override
    public void onEnded(TcpSession session, String reason) {
      leave(session);
      super.onEnded(session, reason);
    }

    private void leave(TcpSession session) {
      if (placed) {
        placed = false;
        untied.left(session.remote().getAddress());
      }
    }
  }

  /** Of a connection that we make: somebody waits to hear how that ends. */
  private final class Dialled extends Owner {
    private final PeerKey peer;
    private final DialListener listener;
    private boolean over;

    void onConnect(ChannelFuture connecting) {
      if (!connecting.isSuccess()) {
        String why = DialListener.reason(connecting.cause());
        // It was never active, and is not told that it is so no longer.
        sessions.stream()
            .filter(session -> session.channel() == connecting.channel())
            .findFirst()
            .ifPresent(session -> session.close(why));
        fail(why);
      }
    }

    Dialled(PeerKey peer, DialListener listener) {
      this.peer = peer;
      this.listener = listener;
    }

    @Override
    public boolean onTied(TcpSession session) {
      if (!super.onTied(session)) {
        return false;
      }
      if (settle()) {
        listener.onTied(session);
      }
      return true;
    }

    @Override
    public void onEnded(TcpSession session, String reason) {
      super.onEnded(session, reason);
      fail(reason);
    }

    void fail(String reason) {
      if (settle()) {
        listener.onFailed(reason);
      }
    }

    private boolean settle() {
      if (over) {
        return false;
      }
      over = true;
      dials.ended(peer);
      return true;
    }
  }
}
