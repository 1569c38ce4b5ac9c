package dev.parley.link;

import dev.parley.proto.id.PeerId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

/**
 * Links in memory for streams of bytes and datagrams, cut when the test says so. One thread plays
 * the links' thread of every node. Bytes arrive in pieces of random size.
 */
public final class ByteNetwork implements AutoCloseable {
  public static final LinkPath PATH =
      new LinkPath(LinkPath.Kind.DIRECT, LinkPath.Transport.UDP, "memory", Optional.empty());

  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final RandomGenerator random;
  private final Map<PeerId, Node> nodes = new ConcurrentHashMap<>();
  private volatile boolean reachable = true;
  private volatile double datagramLoss;

  public ByteNetwork(RandomGenerator random) {
    this.random = random;
  }

  public static PeerId peer(int number) {
    return PeerId.of(ByteBuffer.allocate(PeerId.BYTES).putInt(number).array());
  }

  /** The links' thread of every node. */
  public ScheduledExecutorService thread() {
    return thread;
  }

  /** Joins the network; a node that was there under this id is gone, as by a crash. */
  public Node join(PeerId id) {
    Node node = new Node(id);
    await(
        () -> {
          Node before = nodes.put(id, node);
          if (before != null) {
            before.crash();
          }
          dialWanted();
        });
    return node;
  }

  /** Runs this on the links' thread, and waits. */
  public void await(Runnable task) {
    CompletableFuture.runAsync(task, thread).join();
  }

  /** Cuts every link; those that are wanted come up again, if peers can be reached. */
  public void cut() {
    await(
        () -> {
          List.copyOf(nodes.values()).forEach(Node::dropLinks);
          thread.execute(this::dialWanted);
        });
  }

  public void setReachable(boolean value) {
    reachable = value;
    if (value) {
      await(this::dialWanted);
    } else {
      cut();
    }
  }

  public void loseDatagrams(double share) {
    datagramLoss = share;
  }

  private void dialWanted() {
    for (Node node : List.copyOf(nodes.values())) {
      for (PeerId peer : List.copyOf(node.leases.keySet())) {
        Node other = nodes.get(peer);
        if (node.links.containsKey(peer)) {
          continue;
        }
        if (reachable && other != null) {
          End one = new End(node, other);
          End two = new End(other, node);
          one.pair = two;
          two.pair = one;
          node.up(one);
          other.up(two);
        } else {
          node.listeners.forEach(l -> l.onUnreachable(peer, "the test keeps it away"));
        }
      }
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  /** One node's links. */
  public final class Node implements Links {
    private final PeerId id;
    private final Map<PeerId, End> links = new ConcurrentHashMap<>();
    private final Map<PeerId, Integer> leases = new ConcurrentHashMap<>();
    private final List<LinkListener> listeners = new CopyOnWriteArrayList<>();
    private final Map<ByteStreamKind, ByteStreamAcceptor> acceptors = new ConcurrentHashMap<>();
    private volatile DatagramReceiver receiver = (peer, datagram) -> {};
    private boolean crashed;

    private Node(PeerId id) {
      this.id = id;
    }

    public PeerId id() {
      return id;
    }

    /** Links that somebody wants now. */
    public int leases() {
      return leases.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Streams that are open at this node now. */
    public int openStreams() {
      return links.values().stream().mapToInt(end -> end.streams.size()).sum();
    }

    private void crash() {
      crashed = true;
      dropLinks();
    }

    private void up(End end) {
      links.put(end.peer(), end);
      if (!crashed) {
        listeners.forEach(listener -> listener.onUp(end));
      }
    }

    private void dropLinks() {
      for (End end : List.copyOf(links.values())) {
        end.down();
        end.pair.down();
      }
    }

    @Override
    public LinkLease want(PeerId peer) {
      leases.merge(peer, 1, Integer::sum);
      thread.execute(ByteNetwork.this::dialWanted);
      return new LinkLease() {
        private boolean closed;

        @Override
        public void retryNow() {
          thread.execute(ByteNetwork.this::dialWanted);
        }

        @Override
        public synchronized void close() {
          if (!closed) {
            closed = true;
            leases.computeIfPresent(peer, (key, count) -> count == 1 ? null : count - 1);
          }
        }
      };
    }

    @Override
    public Optional<Link> current(PeerId peer) {
      return Optional.ofNullable(links.get(peer));
    }

    @Override
    public void addListener(LinkListener listener) {
      listeners.add(listener);
    }

    @Override
    public void accept(StreamKind kind, StreamAcceptor acceptor) {
      throw new AssertionError("this network carries bytes, not frames");
    }

    @Override
    public void accept(ByteStreamKind kind, ByteStreamAcceptor acceptor) {
      acceptors.put(kind, acceptor);
    }

    @Override
    public void receive(DatagramReceiver newReceiver) {
      receiver = newReceiver;
    }
  }

  private final class End implements Link {
    private final Node here;
    private final Node there;
    private final Map<Piped, Boolean> streams = new LinkedHashMap<>();
    private End pair;
    private volatile boolean up = true;

    End(Node here, Node there) {
      this.here = here;
      this.there = there;
    }

    private void down() {
      if (up) {
        up = false;
        List.copyOf(streams.keySet()).forEach(s -> s.over(new StreamEnd.Lost("cut by the test")));
        here.links.remove(peer(), this);
        if (!here.crashed) {
          here.listeners.forEach(listener -> listener.onDown(this, "cut by the test"));
        }
      }
    }

    @Override
    public PeerId peer() {
      return there.id;
    }

    @Override
    public LinkStream open(StreamKind kind, StreamHandler handler) {
      throw new AssertionError("this network carries bytes, not frames");
    }

    @Override
    public ByteStream open(ByteStreamKind kind, ByteStreamHandler handler) {
      Piped mine = new Piped(this);
      Piped theirs = new Piped(pair);
      mine.pair = theirs;
      theirs.pair = mine;
      mine.handler = handler;
      thread.execute(
          () -> {
            ByteStreamAcceptor acceptor = there.acceptors.get(kind);
            if (!up || acceptor == null) {
              mine.over(new StreamEnd.Lost("nobody takes it"));
              return;
            }
            streams.put(mine, true);
            pair.streams.put(theirs, true);
            theirs.handler = acceptor.onStream(theirs);
          });
      return mine;
    }

    @Override
    public boolean sendDatagram(ByteBuffer datagram) {
      if (datagram.remaining() > maxDatagramBytes()) {
        throw new IllegalArgumentException("too large");
      }
      ByteBuffer copy = ByteBuffer.allocate(datagram.remaining()).put(datagram).flip();
      thread.execute(
          () -> {
            if (up && random.nextDouble() >= datagramLoss && !there.crashed) {
              there.receiver.onDatagram(here.id, copy);
            }
          });
      return up;
    }

    @Override
    public int maxDatagramBytes() {
      return 1_100;
    }

    @Override
    public LinkPath path() {
      return PATH;
    }

    @Override
    public LinkPath inboundPath() {
      return PATH;
    }

    @Override
    public CompletableFuture<java.time.Duration> ping() {
      return CompletableFuture.completedFuture(java.time.Duration.ZERO);
    }
  }

  /** One end of a stream. All but the volatile fields on the links' thread. */
  private final class Piped implements ByteStream {
    private static final int WINDOW = 256 * 1024;

    private final End link;
    private final List<ByteBuffer> arrived = new ArrayList<>();
    private Piped pair;
    private ByteStreamHandler handler;
    private final java.util.concurrent.atomic.AtomicInteger onTheWay =
        new java.util.concurrent.atomic.AtomicInteger();
    private volatile boolean reading = true;
    private boolean ending;
    private boolean ended;
    private boolean endTold;
    private boolean over;

    Piped(End link) {
      this.link = link;
    }

    @Override
    public PeerId peer() {
      return link.peer();
    }

    @Override
    public LinkPath path() {
      return PATH;
    }

    @Override
    public void write(ByteBuffer bytes) {
      ByteBuffer copy = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
      onTheWay.addAndGet(copy.remaining());
      thread.execute(
          () -> {
            if (!over && !ending) {
              pair.arrived.add(copy);
              pair.deliver();
            }
          });
    }

    @Override
    public boolean isWritable() {
      return onTheWay.get() < WINDOW;
    }

    @Override
    public void setReading(boolean value) {
      reading = value;
      thread.execute(this::deliver);
    }

    @Override
    public void end() {
      thread.execute(
          () -> {
            ending = true;
            pair.ended = true;
            pair.deliver();
          });
    }

    @Override
    public void reset(int reason) {
      thread.execute(
          () -> {
            over(new StreamEnd.Reset(reason, false));
            pair.over(new StreamEnd.Reset(reason, true));
          });
    }

    private void deliver() {
      while (reading && !over && !link.here.crashed && handler != null && !arrived.isEmpty()) {
        ByteBuffer first = arrived.get(0);
        int size = Math.min(first.remaining(), 1 + random.nextInt(64 * 1024));
        ByteBuffer piece = first.slice(first.position(), size);
        first.position(first.position() + size);
        if (!first.hasRemaining()) {
          arrived.remove(0);
        }
        boolean full = pair.onTheWay.getAndAdd(-size) >= WINDOW;
        handler.onBytes(piece);
        if (full && pair.isWritable() && !pair.over && !pair.ending) {
          pair.handler.onWritable();
        }
      }
      if (reading && !over && !link.here.crashed && ended && arrived.isEmpty() && !endTold) {
        endTold = true;
        handler.onEnd();
      }
      if (endTold && ending && pair.endTold) {
        over(new StreamEnd.Complete());
        pair.over(new StreamEnd.Complete());
      }
    }

    private void over(StreamEnd how) {
      if (!over) {
        over = true;
        link.streams.remove(this);
        if (!link.here.crashed && handler != null) {
          handler.onClosed(how);
        }
      }
    }
  }

  /** A copy of what is up, for assertions. */
  public Map<PeerId, Integer> linksPerNode() {
    Map<PeerId, Integer> count = new HashMap<>();
    nodes.forEach((id, node) -> count.put(id, node.links.size()));
    return count;
  }
}
