package dev.parley.messaging;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import dev.parley.config.NodeConfig.MessageLimits;
import dev.parley.proto.id.PeerId;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Who may put how much into the inbox. Counts what is unread and what awaits its commit. Owned by
 * the messaging thread.
 */
final class Admission {
  private final MessageLimits limits;
  private final Predicate<PeerId> isContact;
  private final UnreadCount unread;
  private final Multiset<PeerId> pending = HashMultiset.create();

  Admission(MessageLimits limits, Predicate<PeerId> isContact, UnreadCount unread) {
    this.limits = limits;
    this.isContact = isContact;
    this.unread = unread;
  }

  /** What becomes of the next message from this peer. */
  Standing standingOf(PeerId peer) {
    boolean contact = isContact.test(peer);
    if (!contact && !limits.acceptFromStrangers()) {
      return Standing.NOT_ALLOWED;
    }
    if (unread.of(peer) + pending.count(peer) >= limits.maxUnreadPerPeer()) {
      return Standing.FULL;
    }
    return !contact && fromStrangers() >= limits.maxUnreadFromStrangers()
        ? Standing.FULL
        : Standing.WELCOME;
  }

  void onPending(PeerId peer) {
    pending.add(peer);
  }

  void onSettled(PeerId peer) {
    pending.remove(peer);
  }

  /** Counted anew each time, since a stranger may have become a contact; the limits bound it. */
  private long fromStrangers() {
    long count = 0;
    for (Map.Entry<PeerId, Long> entry : unread.byPeer().entrySet()) {
      count += isContact.test(entry.getKey()) ? 0 : entry.getValue();
    }
    for (Multiset.Entry<PeerId> entry : pending.entrySet()) {
      count += isContact.test(entry.getElement()) ? 0 : entry.getCount();
    }
    return count;
  }

  /** How a peer's next message is met. */
  enum Standing {
    WELCOME,
    /** For now. */
    FULL,
    /** For good. */
    NOT_ALLOWED
  }
}
