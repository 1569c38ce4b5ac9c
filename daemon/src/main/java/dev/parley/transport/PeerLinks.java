package dev.parley.transport;

import com.google.common.collect.ImmutableList;
import dev.parley.peer.v1.Goodbye;
import dev.parley.proto.id.PeerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The links with all peers, and how many there may be. Owned by the event loop. */
final class PeerLinks {
  /**
   * Links that peers have begun, that nobody here wants, with peers that nobody here knows. Anyone
   * can make keys without end and prove each of them.
   */
  static final int MAX_UNASKED = 256;

  private final Map<PeerId, PeerLink> links = new HashMap<>();
  private final QuicTransport transport;
  private Predicate<PeerId> known = peer -> false;
  private int maxUnasked = MAX_UNASKED;

  PeerLinks(QuicTransport transport) {
    this.transport = transport;
  }

  void know(Predicate<PeerId> whom) {
    known = whom;
  }

  /** A lower bound, so that a test can reach it. */
  void limitUnasked(int most) {
    maxUnasked = most;
  }

  void want(PeerId peer) {
    links.computeIfAbsent(peer, p -> new PeerLink(p, transport)).want();
  }

  void unwant(PeerId peer) {
    with(peer, PeerLink::unwant);
    forgetIfIdle(peer);
  }

  void retry(PeerId peer) {
    with(peer, PeerLink::retryNow);
  }

  void redial(PeerId peer) {
    with(peer, PeerLink::redial);
  }

  void retryAll() {
    List.copyOf(links.values()).forEach(PeerLink::retryNow);
  }

  /** A peer has dialled us and is proven. */
  void accept(Connection connection) {
    PeerId peer = connection.peer();
    PeerLink link = links.get(peer);
    boolean another = link == null || link.isUnasked();
    if (another && !known.test(peer) && unasked(peer) >= maxUnasked) {
      connection.close(Goodbye.Reason.BLOCKED, "too many peers that are not known here");
      return;
    }
    links.computeIfAbsent(peer, p -> new PeerLink(p, transport)).adopt(connection);
  }

  private long unasked(PeerId except) {
    return links.entrySet().stream()
        .filter(e -> e.getValue().isUnasked())
        .filter(e -> !e.getKey().equals(except) && !known.test(e.getKey()))
        .count();
  }

  void onClosed(Connection connection, String reason) {
    with(connection.peer(), link -> link.onClosed(connection, reason));
  }

  /** The peer knows nothing of the link that this tag of ours names. */
  void onForgotten(PeerId peer, long localTag) {
    with(
        peer,
        link -> {
          Connection connection = link.current();
          if (connection != null && connection.control().localTag() == localTag) {
            link.lost(connection, "the peer has restarted");
          }
        });
  }

  private void with(PeerId peer, Consumer<PeerLink> action) {
    PeerLink link = links.get(peer);
    if (link != null) {
      action.accept(link);
    }
  }

  void forgetIfIdle(PeerId peer) {
    PeerLink link = links.get(peer);
    if (link != null && link.isForgettable()) {
      links.remove(peer);
    }
  }

  /** Those that stand at the moment: a copy. */
  List<Connection> connections() {
    List<Connection> standing = new ArrayList<>();
    for (PeerLink link : links.values()) {
      Connection connection = link.current();
      if (connection != null) {
        standing.add(connection);
      }
    }
    return standing;
  }

  ImmutableList<QuicTransport.LinkStatus> statuses() {
    return links.entrySet().stream()
        .map(
            entry ->
                new QuicTransport.LinkStatus(
                    entry.getKey(),
                    entry.getValue().state() == PeerLink.State.CONNECTED,
                    !entry.getValue().isForgettable(),
                    entry.getValue().problem(),
                    entry.getValue().since()))
        .collect(ImmutableList.toImmutableList());
  }

  void shutDown() {
    List.copyOf(links.values()).forEach(PeerLink::shutDown);
  }

  int size() {
    return links.size();
  }
}
