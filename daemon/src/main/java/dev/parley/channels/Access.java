package dev.parley.channels;

import com.google.common.collect.ImmutableSet;
import dev.parley.proto.id.PeerId;
import java.util.Collection;

/**
 * Who may open channels to a service. Whoever is not in the address book may not, listed or not.
 *
 * @param allContacts everybody in the address book, at the time of opening
 * @param peers these besides
 */
public record Access(boolean allContacts, ImmutableSet<PeerId> peers) {
  /** Nobody: the default. */
  public static final Access NOBODY = new Access(false, ImmutableSet.of());

  /** Everybody in the address book. */
  public static final Access ALL_CONTACTS = new Access(true, ImmutableSet.of());

  /** These peers alone. */
  public static Access only(Collection<PeerId> peers) {
    return new Access(false, ImmutableSet.copyOf(peers));
  }

  boolean admits(PeerId peer) {
    return allContacts || peers.contains(peer);
  }
}
