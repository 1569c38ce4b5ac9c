package dev.parley.contacts;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import dev.parley.proto.id.PeerId;
import java.time.Instant;
import java.util.concurrent.CompletionStage;

/**
 * The disk, as the address book sees it. Thread-safe; nothing here blocks. A change completes once
 * it is committed, or exceptionally with a sentence for the user.
 */
public interface ContactStore {
  CompletionStage<ImmutableList<StoredContact>> loadContacts();

  /** Keeps a contact in place of whatever is known of this peer. */
  CompletionStage<Void> putContact(StoredContact contact);

  CompletionStage<Void> removeContact(PeerId peer);

  /** Keeps a newer record of a contact; nothing happens where the peer is none. */
  CompletionStage<Void> putRecord(PeerId peer, ByteString signedRecord);

  /**
   * @param signedRecord a serialized {@code parley.peer.v1.SignedRecord}
   */
  record StoredContact(
      String name, PeerId peer, Instant addedAt, ByteString signedRecord, boolean verified) {}
}
