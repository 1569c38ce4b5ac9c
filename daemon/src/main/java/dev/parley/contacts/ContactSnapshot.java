package dev.parley.contacts;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.proto.id.PeerId;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** All contacts at one moment; by name means by {@link ContactNames#key}. */
record ContactSnapshot(
    ImmutableMap<PeerId, Entry> byPeer, ImmutableSortedMap<String, Entry> byName) {

  static ContactSnapshot of(Map<PeerId, Entry> contacts) {
    ImmutableSortedMap.Builder<String, Entry> byName = ImmutableSortedMap.naturalOrder();
    contacts.values().forEach(contact -> byName.put(ContactNames.key(contact.name()), contact));
    return new ContactSnapshot(ImmutableMap.copyOf(contacts), byName.buildOrThrow());
  }

  ContactSnapshot with(Entry contact) {
    Map<PeerId, Entry> contacts = new HashMap<>(byPeer);
    contacts.put(contact.peer(), contact);
    return of(contacts);
  }

  ContactSnapshot without(PeerId peer) {
    Map<PeerId, Entry> contacts = new HashMap<>(byPeer);
    contacts.remove(peer);
    return of(contacts);
  }

  /** A contact with the newest record of it. */
  record Entry(String name, Instant addedAt, boolean verified, DiscoveryRecord record) {
    PeerId peer() {
      return record.peer();
    }

    Entry at(DiscoveryRecord newer) {
      return new Entry(name, addedAt, verified, newer);
    }

    Contact contact() {
      return Contact.of(name, addedAt, verified, record);
    }
  }
}
