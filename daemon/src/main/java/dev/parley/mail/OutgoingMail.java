package dev.parley.mail;

import com.google.protobuf.ByteString;
import dev.parley.discovery.RelayUrl;
import dev.parley.mail.Depositor.Outcome;
import dev.parley.mail.MailBook.Correspondent;
import dev.parley.mailbox.Sealer;
import dev.parley.messaging.MessageStore;
import dev.parley.messaging.MessageStore.PageLimit;
import dev.parley.messaging.OutboxMessage;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves at relays what has waited in the outbox for a while without a link. It stays in the
 * outbox: only the recipient's own acknowledgement ends a message. Owned by the thread for outgoing
 * mail.
 */
final class OutgoingMail {
  private static final Logger log = LoggerFactory.getLogger(OutgoingMail.class);

  /** A link takes a second or two where there can be one. */
  static final Duration PATIENCE = Duration.ofSeconds(3);

  /** Relays of one peer that are tried. */
  private static final int MAX_RELAYS = 2;

  private static final PageLimit PAGE = new PageLimit(32, 512 * 1024);

  /** After a relay that could not be reached, or had no room; doubled with each failure. */
  static final Duration FIRST_PAUSE = Duration.ofSeconds(5);

  /** Also after a token that is good nowhere: the next link may bring another. */
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

  private final MailWorld world;
  private final MessageStore outbox;
  private final Correspondents correspondents;
  private final Sealer sealer;
  private final BiConsumer<PeerId, MessageId> onLeft;
  private final Clock clock;
  private final Map<PeerId, Paused> paused = new HashMap<>();

  OutgoingMail(
      MailWorld world,
      Correspondents correspondents,
      Sealer sealer,
      Mail.Messages messages,
      Clock clock) {
    this.world = world;
    this.outbox = messages.store();
    this.onLeft = messages.onLeft();
    this.correspondents = correspondents;
    this.sealer = sealer;
    this.clock = clock;
  }

  /** A contact has brought a token: what it was paused for may be over. */
  void onToken(PeerId peer) {
    paused.remove(peer);
  }

  void tick() {
    Set<PeerId> contacts = world.contacts();
    paused.keySet().retainAll(contacts);
    for (PeerId peer : contacts) {
      if (world.waitingFor(peer) > 0 && !world.isLinked(peer) && !isPaused(peer)) {
        Correspondent correspondent = correspondents.of(peer);
        correspondent
            .received()
            .ifPresent(token -> send(peer, token, correspondent.depositedUpTo()));
      }
    }
  }

  private boolean isPaused(PeerId peer) {
    Paused pause = paused.get(peer);
    Instant now = clock.instant();
    // A clock that went back must not make a pause of minutes one of years.
    return pause != null
        && now.isBefore(pause.until())
        && !now.isBefore(pause.until().minus(LONGEST_PAUSE));
  }

  private void send(PeerId peer, ByteString token, long after) {
    try {
      List<OutboxMessage> due =
          Waiting.forDisk(outbox.readOutbox(peer, after, PAGE)).stream()
              .takeWhile(this::hasWaited)
              .toList();
      if (due.isEmpty()) {
        return;
      }
      for (RelayUrl relay : world.relaysOf(peer).stream().limit(MAX_RELAYS).toList()) {
        if (leave(peer, token, due, relay)) {
          return;
        }
      }
      pause(peer, LONGEST_PAUSE, "none of its relays takes mail for it from us");
    } catch (IOException e) {
      pause(peer, String.valueOf(e.getMessage()));
    }
  }

  /** Messages are in order, so the first that has not waited for long ends the batch. */
  private boolean hasWaited(OutboxMessage message) {
    Duration waited = Duration.between(message.acceptedAt(), clock.instant());
    return waited.isNegative() || waited.compareTo(PATIENCE) >= 0;
  }

  /**
   * Leaves messages at one relay.
   *
   * @return whether the relay lets us
   */
  private boolean leave(PeerId peer, ByteString token, List<OutboxMessage> due, RelayUrl url)
      throws IOException {
    try (MailRelay relay = world.connect(url)) {
      Depositor depositor = new Depositor(relay, peer, token, sealer, clock);
      for (OutboxMessage message : due) {
        if (world.isLinked(peer)) {
          return true;
        }
        Outcome outcome = depositor.leave(message);
        if (outcome instanceof Outcome.NotAllowed) {
          return false;
        }
        if (outcome instanceof Outcome.Later later) {
          pause(peer, later.reason());
          return true;
        }
        correspondents.deposited(peer, message.position());
        paused.remove(peer);
        onLeft.accept(message.to(), message.id());
        log.debug("message {} rests at {}", message.id(), url);
      }
    }
    return true;
  }

  private void pause(PeerId peer, String reason) {
    Paused last = paused.get(peer);
    Duration next = last == null ? FIRST_PAUSE : last.length().multipliedBy(2);
    pause(peer, next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE, reason);
  }

  private void pause(PeerId peer, Duration length, String reason) {
    log.info("mail for {} waits for {}: {}", peer.shortForm(), length, reason);
    paused.put(peer, new Paused(clock.instant().plus(length), length));
  }

  private record Paused(Instant until, Duration length) {}
}
