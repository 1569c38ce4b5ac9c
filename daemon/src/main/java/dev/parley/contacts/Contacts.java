package dev.parley.contacts;

import com.google.common.collect.ImmutableList;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.proto.id.PeerId;
import java.util.Optional;

/**
 * The address book, and what is known of where peers are. Thread-safe. Changes are on disk when a
 * method returns; those methods block for a commit and are not for an event loop.
 */
public interface Contacts {
  /**
   * Adds a contact, or refreshes it when the same peer already has this name.
   *
   * @throws ContactException when the name is malformed or belongs to another peer, when the ticket
   *     is mistyped, foreign or this node's own, or when the disk fails
   */
  Contact add(String name, String ticket) throws ContactException;

  /** All contacts by name. Does not block. */
  ImmutableList<Contact> list();

  /** Removes the contact with this name or peer id. Blocks. */
  Optional<Contact> remove(String nameOrId) throws ContactException;

  /** The contact with this name or peer id. Does not block. */
  Optional<Contact> find(String nameOrId);

  /** The contact's name for a peer. Does not block. */
  Optional<String> nameOf(PeerId peer);

  /** The newest record known of a peer, contact or not. Does not block. */
  Optional<DiscoveryRecord> recordOf(PeerId peer);

  /**
   * Learns a verified record. An older one than is known changes nothing. Kept on disk for
   * contacts, in bounded memory for others. Does not block.
   */
  void learn(DiscoveryRecord record);
}
