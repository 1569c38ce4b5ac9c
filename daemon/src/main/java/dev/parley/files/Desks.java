package dev.parley.files;

import dev.parley.link.Link;
import dev.parley.link.LinkLease;
import dev.parley.link.LinkListener;
import dev.parley.proto.id.PeerId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Begins whatever can be begun now: tells peers what they have to know, and fetches what was
 * accepted, the oldest first. Wants links as long as there is anything of that. Owned by the files'
 * thread.
 */
final class Desks implements LinkListener {
  private final Core core;
  private final Map<PeerId, LinkLease> leases = new HashMap<>();
  private final Incoming incoming;
  private boolean pumping;
  private boolean closed;

  Desks(Core core) {
    this.core = core;
    this.incoming = new Incoming(core, this::pumpSoon);
  }

  Incoming incoming() {
    return incoming;
  }

  @Override
  public void onUp(Link link) {
    core.thread()
        .post(
            () -> {
              // What failed with the link before need not wait.
              core.ledger()
                  .of(link.peer())
                  .filter(item -> item.pause.isEmpty())
                  .forEach(item -> item.notBefore = core.ledger().now());
              pump();
            });
  }

  @Override
  public void onDown(Link link, String reason) {
    pumpSoon();
  }

  void pumpSoon() {
    core.thread().post(this::pump);
  }

  void pump() {
    if (pumping || closed) {
      return;
    }
    pumping = true;
    try {
      Set<PeerId> peers = new HashSet<>();
      core.ledger().all().filter(this::hasToDo).forEach(item -> peers.add(item.stored.peer()));
      for (PeerId peer : List.copyOf(leases.keySet())) {
        LinkLease lease = peers.contains(peer) ? null : leases.remove(peer);
        if (lease != null) {
          lease.close();
        }
      }
      for (PeerId peer : peers) {
        leases.computeIfAbsent(peer, core.links()::want);
        Optional<Link> link = core.links().current(peer);
        link.ifPresent(up -> work(peer, up));
      }
    } finally {
      pumping = false;
    }
  }

  private boolean hasToDo(Item item) {
    return !item.stored.told()
        || (item.stored.isIncoming() && item.stored.state() == TransferState.QUEUED);
  }

  private void work(PeerId peer, Link link) {
    long telling = core.ledger().of(peer).filter(item -> item.telling).count();
    for (Item item : core.ledger().of(peer).toList()) {
      if (!item.stored.told() && !item.telling && isDue(item)) {
        if (telling < Limits.MAX_TELLING_PER_PEER) {
          telling++;
          Telling.start(core, item, link, this::pumpSoon);
        }
      } else if (item.stored.isIncoming()
          && item.stored.state() == TransferState.QUEUED
          && item.activity == null
          && !item.opening
          && isDue(item)
          && hasRoom(peer)) {
        incoming.start(item, link);
      }
    }
  }

  /** Asks to be called again when it is not. */
  private boolean isDue(Item item) {
    long left = item.notBefore - core.ledger().now();
    if (left > 0) {
      core.thread().schedule(Duration.ofNanos(left), this::pump);
    }
    return left <= 0;
  }

  private boolean hasRoom(PeerId peer) {
    List<Item> active =
        core.ledger()
            .all()
            .filter(item -> item.stored.isIncoming())
            .filter(item -> item.activity != null || item.opening)
            .toList();
    return active.size() < Limits.MAX_ACTIVE
        && active.stream().filter(item -> item.stored.peer().equals(peer)).count()
            < Limits.MAX_ACTIVE_PER_PEER;
  }

  void close() {
    closed = true;
    leases.values().forEach(LinkLease::close);
    leases.clear();
  }
}
