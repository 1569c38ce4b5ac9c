package dev.parley.contacts;

import com.google.common.collect.ImmutableList;
import dev.parley.proto.id.PeerId;
import java.util.Optional;

/**
 * The address book. Thread-safe. Changes are on disk when a method returns; those methods block for
 * a commit, and must not be called in a callback of the node.
 */
public interface Contacts {
  /**
   * Adds a contact, or refreshes it when the same peer already has this name. A name has 1 to 64
   * letters, digits, '-', '_' or '.', and is no peer id; names that differ in case alone are one.
   *
   * @throws ContactException when the name is malformed or belongs to another peer, when the ticket
   *     is mistyped, foreign or this node's own, or when the disk fails
   */
  Contact add(String name, String ticket) throws ContactException;

  /** All contacts by name. Does not block. */
  ImmutableList<Contact> list();

  /**
   * Removes the contact with this name or peer id; empty when there is none. Messages stay. Blocks.
   *
   * @throws ContactException when the disk fails
   */
  Optional<Contact> remove(String nameOrId) throws ContactException;

  /** The contact with this name or peer id. Does not block. */
  Optional<Contact> find(String nameOrId);

  /** The contact's name for a peer. Does not block. */
  Optional<String> nameOf(PeerId peer);
}
