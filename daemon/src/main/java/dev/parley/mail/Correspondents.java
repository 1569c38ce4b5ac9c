package dev.parley.mail;

import com.google.common.collect.ImmutableSet;
import com.google.protobuf.ByteString;
import dev.parley.mail.MailBook.Correspondent;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.mailbox.CapabilityHash;
import dev.parley.relay.mailbox.Mailroom;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The tokens that go between us and our contacts; in memory, and on disk first. Thread-safe. */
final class Correspondents {
  private final MailBook book;
  private final SecureRandom random;
  private final Map<PeerId, Correspondent> byPeer;
  private boolean hadAny;

  private Correspondents(MailBook book, SecureRandom random, Map<PeerId, Correspondent> byPeer) {
    this.book = book;
    this.random = random;
    this.byPeer = new HashMap<>(byPeer);
    this.hadAny = !byPeer.isEmpty();
  }

  static Correspondents load(MailBook book, SecureRandom random) throws IOException {
    return new Correspondents(book, random, Waiting.forDisk(book.correspondents()));
  }

  synchronized Correspondent of(PeerId peer) {
    return byPeer.getOrDefault(peer, Correspondent.NEW);
  }

  /** The token of this contact, made on first use. */
  synchronized ByteString givenTo(PeerId peer) throws IOException {
    Correspondent known = of(peer);
    if (known.given().isPresent()) {
      return known.given().get();
    }
    byte[] bytes = new byte[CapabilityHash.TOKEN_BYTES];
    random.nextBytes(bytes);
    ByteString token = ByteString.copyFrom(bytes);
    Waiting.forDisk(book.putGiven(peer, token));
    byPeer.put(
        peer, new Correspondent(Optional.of(token), known.received(), known.depositedUpTo()));
    hadAny = true;
    return token;
  }

  /**
   * A contact has handed us a token.
   *
   * @return whether it is another than before
   */
  synchronized boolean received(PeerId peer, ByteString token) throws IOException {
    Correspondent known = of(peer);
    if (known.received().equals(Optional.of(token))) {
      return false;
    }
    Waiting.forDisk(book.putReceived(peer, token));
    byPeer.put(peer, new Correspondent(known.given(), Optional.of(token), known.depositedUpTo()));
    return true;
  }

  synchronized void deposited(PeerId peer, long upTo) throws IOException {
    Waiting.forDisk(book.putDeposited(peer, upTo));
    Correspondent known = of(peer);
    byPeer.put(peer, new Correspondent(known.given(), known.received(), upTo));
  }

  /** Forgets whoever is no contact, so that its token is revoked at the next visit to a relay. */
  synchronized void keepOnly(Set<PeerId> contacts) throws IOException {
    for (PeerId peer : ImmutableSet.copyOf(byPeer.keySet())) {
      if (!contacts.contains(peer)) {
        Waiting.forDisk(book.forget(peer));
        byPeer.remove(peer);
      }
    }
  }

  /** Whether any of our relays may have a mailbox of ours. */
  synchronized boolean hadAny() {
    return hadAny;
  }

  /** What our relays are to let in. */
  synchronized ImmutableSet<CapabilityHash> allowed() {
    return byPeer.values().stream()
        .flatMap(known -> known.given().stream())
        .flatMap(token -> CapabilityHash.ofToken(token).stream())
        .limit(Mailroom.MAX_CAPABILITIES)
        .collect(ImmutableSet.toImmutableSet());
  }
}
