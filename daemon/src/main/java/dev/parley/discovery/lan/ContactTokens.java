package dev.parley.discovery.lan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.protobuf.ByteString;
import dev.parley.proto.id.PeerId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of all contacts: those that are expected of them, in this time slot and its
 * neighbours, and those that this node shows them. Owned by the thread of the LAN.
 */
final class ContactTokens {
  /** Contacts that are recognised; of more, these are looked for. */
  static final int MAX_CONTACTS = 4_096;

  /** Fewer tokens are never shown: how many contacts there are is told by powers of two alone. */
  static final int FEWEST_SHOWN = 8;

  private final LanSelf self;
  private final RandomGenerator random;
  private final Map<PeerId, Optional<ByteString>> secrets = new HashMap<>();
  private final Map<ByteString, PeerId> expected = new HashMap<>();
  private ImmutableSet<PeerId> contacts = ImmutableSet.of();
  private ImmutableList<ByteString> shown = ImmutableList.of();
  private long slot = Long.MIN_VALUE;

  ContactTokens(LanSelf self, RandomGenerator random) {
    this.self = self;
    this.random = random;
  }

  /** These are the contacts, and this is the slot; true when either is another than before. */
  boolean update(ImmutableSet<PeerId> now, long nowSlot) {
    if (now.equals(contacts) && nowSlot == slot) {
      return false;
    }
    contacts = now;
    slot = nowSlot;
    ImmutableSet<PeerId> sought =
        now.stream().limit(MAX_CONTACTS).collect(ImmutableSet.toImmutableSet());
    secrets.keySet().retainAll(sought);
    expected.clear();
    for (PeerId contact : sought) {
      secretOf(contact)
          .ifPresent(
              secret -> {
                for (long near = slot - 1; near <= slot + 1; near++) {
                  expected.put(LanTokens.token(secret, contact, near), contact);
                }
              });
    }
    shown = toShow(sought);
    return true;
  }

  boolean isContact(PeerId peer) {
    return contacts.contains(peer);
  }

  boolean hasContacts() {
    return !contacts.isEmpty();
  }

  /** Whose token is among these. */
  @Nullable PeerId recognise(ImmutableList<ByteString> tokens) {
    for (ByteString token : tokens) {
      PeerId contact = expected.get(token);
      if (contact != null) {
        return contact;
      }
    }
    return null;
  }

  /**
   * For the contacts, in no order, and filled up with some that are nobody's. Of too many contacts
   * a part is chosen by chance, another one in each slot; the others still find each other where
   * the contact has fewer, for one of the two is enough.
   */
  ImmutableList<ByteString> shown() {
    return shown;
  }

  private ImmutableList<ByteString> toShow(ImmutableSet<PeerId> sought) {
    List<PeerId> chosen = new ArrayList<>(sought);
    Random order = new Random(random.nextLong());
    Collections.shuffle(chosen, order);
    List<ByteString> tokens = new ArrayList<>();
    for (PeerId contact : chosen) {
      if (tokens.size() < LanTokens.MAX_TOKENS) {
        secretOf(contact).ifPresent(secret -> tokens.add(LanTokens.token(secret, self.id(), slot)));
      }
    }
    int size = FEWEST_SHOWN;
    while (size < tokens.size()) {
      size *= 2;
    }
    while (tokens.size() < size) {
      byte[] nobodys = new byte[LanTokens.BYTES];
      random.nextBytes(nobodys);
      tokens.add(ByteString.copyFrom(nobodys));
    }
    Collections.shuffle(tokens, order);
    return ImmutableList.copyOf(tokens);
  }

  private Optional<ByteString> secretOf(PeerId contact) {
    return secrets.computeIfAbsent(contact, self.secrets());
  }
}
