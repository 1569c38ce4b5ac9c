package dev.parley.messaging;

import dev.parley.link.Link;
import dev.parley.link.LinkListener;
import dev.parley.messaging.MessageStore.DueMessage;
import dev.parley.proto.id.PeerId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One {@link PeerSender} for each peer that something waits for or that a stream is open to. Owned
 * by the messaging thread, but for {@link #outboxSize}.
 */
final class Senders implements LinkListener {
  private final Core core;
  private final OutboxSizes sizes = new OutboxSizes();
  private final Map<PeerId, PeerSender> byPeer = new HashMap<>();
  private boolean closed;

  Senders(Core core, StoredState state) {
    this.core = core;
    state.outboxes().forEach((peer, waiting) -> sizes.add(peer, waiting.count()));
  }

  /** Goes on with what waited when the store was opened. */
  void restore(StoredState state) {
    state.outboxes().forEach((peer, waiting) -> of(peer).onRestored(waiting.lastPosition()));
    List.copyOf(byPeer.values()).forEach(PeerSender::pump);
    state.receiptsDue().forEach(this::onReceiptsDue);
  }

  /** Thread-safe. */
  long outboxSize(PeerId peer) {
    return sizes.of(peer);
  }

  /** So many messages were committed for this peer; {@link #onCommitted} follows. */
  void onCounted(PeerId peer, int count) {
    sizes.add(peer, count);
  }

  void onCommitted(PeerId peer, List<OutboxMessage> messages) {
    if (!closed) {
      of(peer).onCommitted(messages);
    }
  }

  void onReceiptsDue(PeerId peer, StoredState.ReceiptSpan span) {
    if (!closed) {
      of(peer).onReceiptsDue(span);
    }
  }

  /** Whether this message is in nobody's memory, but on disk only. */
  boolean isResting(DueMessage message) {
    PeerSender sender = byPeer.get(message.peer());
    return sender == null || sender.isResting(message.position());
  }

  /** A message that waited for this peer has expired and left the outbox. */
  void onExpired(PeerId peer) {
    sizes.add(peer, -1);
    PeerSender sender = byPeer.get(peer);
    if (sender != null && sizes.of(peer) == 0) {
      sender.onAllExpired();
    }
  }

  /** Adds what only the memory knows: whether a message that waits was written to a link. */
  KeptMessage.Sent overlay(KeptMessage.Sent stored) {
    PeerSender sender = byPeer.get(stored.peer());
    if (sender == null || stored.progress().state() != MessageState.QUEUED) {
      return stored;
    }
    return sender
        .sentAt(stored.id())
        .map(
            at ->
                new KeptMessage.Sent(
                    stored.position(),
                    stored.id(),
                    stored.peer(),
                    stored.content(),
                    stored.progress().sent(at)))
        .orElse(stored);
  }

  @Override
  public void onUp(Link link) {
    core.thread()
        .post(
            () -> {
              PeerSender sender = byPeer.get(link.peer());
              if (sender != null) {
                sender.onLinkUp(link);
              }
            });
  }

  @Override
  public void onDown(Link link, String reason) {
    core.thread()
        .post(
            () -> {
              PeerSender sender = byPeer.get(link.peer());
              if (sender != null) {
                sender.onLinkDown(link, reason);
              }
            });
  }

  void close() {
    closed = true;
    List.copyOf(byPeer.values()).forEach(PeerSender::close);
    byPeer.clear();
  }

  private PeerSender of(PeerId peer) {
    return byPeer.computeIfAbsent(
        peer, key -> new PeerSender(key, core, sizes, spent -> byPeer.remove(key, spent)));
  }
}
