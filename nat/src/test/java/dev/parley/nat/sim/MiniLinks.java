package dev.parley.nat.sim;

import dev.parley.nat.PeerKey;
import dev.parley.nat.RelayCarrier;
import dev.parley.nat.path.Flow;
import dev.parley.nat.path.PathKind;
import dev.parley.nat.path.PathSwitch;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The links of a node's life. When two dial each other at once, the smaller key's dial stands. */
final class MiniLinks {
  private final MiniNode node;
  private final Map<InetSocketAddress, MiniLink> byFlow = new HashMap<>();
  private final Map<PeerKey, MiniLink> byPeer = new HashMap<>();

  MiniLinks(MiniNode node) {
    this.node = node;
  }

  @Nullable MiniLink with(PeerKey peer) {
    return byPeer.get(peer);
  }

  /** The peers with whom an attempt at a direct path begins now. The smaller key begins. */
  List<PeerKey> dueForAttempt(long now) {
    List<PeerKey> due = new ArrayList<>();
    for (Map.Entry<PeerKey, MiniLink> entry : byPeer.entrySet()) {
      PeerKey peer = entry.getKey();
      boolean direct =
          node.paths().current(peer).filter(path -> path.kind() == PathKind.DIRECT).isPresent();
      if (entry.getValue().isAttemptDue(direct, now) && node.isSmallerThan(peer)) {
        due.add(peer);
      }
    }
    return due;
  }

  List<PeerKey> up() {
    List<PeerKey> up = new ArrayList<>();
    byPeer.forEach((peer, link) -> up.addAll(link.isUp() ? List.of(peer) : List.of()));
    return up;
  }

  void dial(PeerKey peer, List<InetSocketAddress> addresses, List<RelayCarrier> relays) {
    Flow flow = node.paths().dial(peer, addresses, relays);
    MiniLink link = new MiniLink(node, flow, node.random().nextInt(1 << 24), peer);
    replace(peer, link);
    byFlow.put(flow.address(), link);
    link.dial();
  }

  void onDatagram(InetSocketAddress flowAddress, ByteBuf content) {
    Datagram datagram = Datagram.decode(content);
    MiniLink link = byFlow.get(flowAddress);
    if (link == null && datagram.type() == Datagram.Type.HELLO) {
      link = accept(flowAddress, datagram);
    }
    if (link != null) {
      link.onDatagram(datagram);
    }
  }

  private @Nullable MiniLink accept(InetSocketAddress flowAddress, Datagram hello) {
    MiniLink ours = byPeer.get(hello.hello());
    boolean dialling = ours != null && ours.flow().isDialled() && !ours.isUp();
    PathSwitch paths = node.paths();
    Flow flow = paths.flowAt(flowAddress);
    if (flow == null || dialling && node.isSmallerThan(hello.hello())) {
      return null;
    }
    MiniLink link = new MiniLink(node, flow, hello.flowId(), hello.hello());
    byFlow.put(flowAddress, link);
    return link;
  }

  /** The link is proven to be with this peer; one before it ends. */
  void replace(PeerKey peer, MiniLink link) {
    MiniLink old = byPeer.put(peer, link);
    if (old != null && old != link) {
      byFlow.remove(old.flow().address());
      old.close();
    }
  }

  void forget(PeerKey peer, long localTag) {
    MiniLink link = byPeer.get(peer);
    if (link != null && link.localTag() == localTag) {
      byPeer.remove(peer);
      byFlow.remove(link.flow().address());
      link.close();
    }
  }
}
