package dev.parley.mail;

import com.google.common.collect.ImmutableSet;
import com.google.protobuf.ByteString;
import dev.parley.discovery.RelayUrl;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.mailbox.CapabilityHash;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Visits our relays, and hands out tokens. Owned by the thread for incoming mail. */
final class IncomingMail {
  private static final Logger log = LoggerFactory.getLogger(IncomingMail.class);

  private final MailWorld world;
  private final Correspondents correspondents;
  private final Collector collector;

  /** Relays of ours that keep mail, and are connected as far as we know. */
  private final Set<RelayUrl> relays = new LinkedHashSet<>();

  /** Who has been told its token on the present link. */
  private final Set<PeerId> told = new HashSet<>();

  private ImmutableSet<CapabilityHash> allowed = ImmutableSet.of();

  IncomingMail(MailWorld world, Correspondents correspondents, Collector collector) {
    this.world = world;
    this.correspondents = correspondents;
    this.collector = collector;
  }

  void onRelay(RelayUrl relay) {
    relays.add(relay);
    visit(relay);
  }

  void onRelayGone(RelayUrl relay) {
    relays.remove(relay);
  }

  void onLinkDown(PeerId peer) {
    told.remove(peer);
  }

  /** From time to time: mail may have come without a word, and keys run out or grow old. */
  void visitAll() {
    Set.copyOf(relays).forEach(this::visit);
  }

  /** Tells contacts with whom there is a link their tokens, once our relay knows them. */
  void handOutTokens() {
    try {
      ImmutableSet<PeerId> contacts = world.contacts();
      correspondents.keepOnly(contacts);
      told.retainAll(contacts);
      for (PeerId peer : contacts) {
        if (!told.contains(peer) && world.isLinked(peer)) {
          ByteString token = correspondents.givenTo(peer);
          world.grant(peer, token);
          told.add(peer);
        }
      }
      if (!correspondents.allowed().equals(allowed)) {
        visitAll();
      }
    } catch (IOException e) {
      log.warn("tokens for mail wait for the disk: {}", e.getMessage());
    }
  }

  void visit(RelayUrl relay) {
    // Whoever knows nobody gets no mail, and leaves relays and processor alone.
    if (!relays.contains(relay) || !correspondents.hadAny()) {
      return;
    }
    ImmutableSet<CapabilityHash> now = correspondents.allowed();
    boolean home = world.home().equals(Optional.of(relay));
    try (MailRelay connected = world.own(relay)) {
      int taken = collector.visit(connected, now, home);
      if (home && !now.equals(allowed)) {
        log.info("{} contacts may leave mail at {}", now.size(), relay);
      }
      allowed = now;
      if (taken > 0) {
        log.info("{} messages came from the mailbox at {}", taken, relay);
      }
    } catch (IOException e) {
      log.info("the mailbox at {} waits for the next visit: {}", relay, e.getMessage());
    }
  }
}
