package dev.parley.messaging;

import dev.parley.link.ByteStreamAcceptor;
import dev.parley.link.ByteStreamKind;
import dev.parley.link.DatagramReceiver;
import dev.parley.link.Link;
import dev.parley.link.LinkLease;
import dev.parley.link.LinkListener;
import dev.parley.link.Links;
import dev.parley.link.StreamAcceptor;
import dev.parley.link.StreamKind;
import dev.parley.proto.id.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** The links of one node in a {@link MemoryNetwork}. */
final class MemoryLinks implements Links {
  private final MemoryNetwork network;
  private final PeerId id;
  private final Map<PeerId, MemoryLink.End> current = new ConcurrentHashMap<>();
  private final Map<PeerId, Integer> leases = new ConcurrentHashMap<>();
  private final List<LinkListener> listeners = new CopyOnWriteArrayList<>();
  private volatile StreamAcceptor acceptor = stream -> null;
  private volatile boolean ready;
  private volatile boolean crashed;

  MemoryLinks(MemoryNetwork network, PeerId id) {
    this.network = network;
    this.id = id;
  }

  PeerId id() {
    return id;
  }

  @Override
  public LinkLease want(PeerId peer) {
    leases.merge(peer, 1, Integer::sum);
    network.run(network::dialWanted);
    AtomicBoolean closed = new AtomicBoolean();
    return new LinkLease() {
      @Override
      public void retryNow() {
        network.run(network::dialWanted);
      }

      @Override
      public void close() {
        if (closed.compareAndSet(false, true)) {
          leases.computeIfPresent(peer, (key, count) -> count == 1 ? null : count - 1);
        }
      }
    };
  }

  @Override
  public Optional<Link> current(PeerId peer) {
    return Optional.ofNullable(current.get(peer));
  }

  @Override
  public void addListener(LinkListener listener) {
    listeners.add(listener);
  }

  @Override
  public void accept(StreamKind kind, StreamAcceptor newAcceptor) {
    acceptor = newAcceptor;
    // A node can be reached from here on, as a real one is once it is wired up.
    ready = true;
    network.run(network::dialWanted);
  }

  @Override
  public void accept(ByteStreamKind kind, ByteStreamAcceptor newAcceptor) {
    throw new AssertionError("messages need frames alone");
  }

  @Override
  public void receive(DatagramReceiver receiver) {
    throw new AssertionError("messages need frames alone");
  }

  boolean isReady() {
    return ready;
  }

  List<PeerId> wanted() {
    return crashed ? List.of() : new ArrayList<>(leases.keySet());
  }

  Set<PeerId> leased() {
    return leases.keySet();
  }

  StreamAcceptor acceptor() {
    return acceptor;
  }

  boolean isCrashed() {
    return crashed;
  }

  void crash() {
    crashed = true;
  }

  void up(MemoryLink.End end) {
    current.put(end.peer(), end);
    if (!crashed) {
      listeners.forEach(listener -> listener.onUp(end));
    }
  }

  void down(MemoryLink.End end) {
    current.remove(end.peer(), end);
    if (!crashed) {
      listeners.forEach(listener -> listener.onDown(end, "cut by the test"));
    }
  }
}
