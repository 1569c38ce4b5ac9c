package dev.parley.contacts;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.contacts.ContactException.Reason;
import dev.parley.contacts.ContactSnapshot.Entry;
import dev.parley.contacts.ContactStore.StoredContact;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.peer.v1.SignedRecord;
import dev.parley.proto.id.PeerId;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The address book in memory, over its copy on disk. Readers see an immutable snapshot and take no
 * lock. Changes are made one at a time, and appear in memory only once they are on disk.
 */
public final class ContactBook implements Contacts, PeerRecords {
  /** Records of peers that are no contacts; anybody can make us learn one. */
  static final int MAX_STRANGERS = 10_000;

  private static final Logger log = LoggerFactory.getLogger(ContactBook.class);

  private final PeerId self;
  private final ContactStore store;
  private final ContactCodec codec;
  private final Clock clock;

  /** Held across a commit, by changes that may block. */
  private final Object changing = new Object();

  /** Held for a moment, by whoever replaces the snapshot. */
  private final Object swapping = new Object();

  private final Cache<PeerId, DiscoveryRecord> strangers =
      CacheBuilder.newBuilder().maximumSize(MAX_STRANGERS).build();
  private volatile ContactSnapshot snapshot;

  private ContactBook(PeerId self, ContactStore store, ContactCodec codec, Clock clock) {
    this.self = self;
    this.store = store;
    this.codec = codec;
    this.clock = clock;
    this.snapshot = new ContactSnapshot(ImmutableMap.of(), ImmutableSortedMap.of());
  }

  /**
   * Reads the address book; blocks.
   *
   * @throws ContactException when the disk fails
   */
  public static ContactBook open(PeerId self, ContactStore store, ContactCodec codec, Clock clock)
      throws ContactException {
    ContactBook book = new ContactBook(self, store, codec, clock);
    Map<PeerId, Entry> loaded = new HashMap<>();
    for (StoredContact stored : await(store.loadContacts())) {
      loaded.put(stored.peer(), book.entry(stored));
    }
    book.snapshot = ContactSnapshot.of(loaded);
    return book;
  }

  @Override
  public Contact add(String name, String ticket) throws ContactException {
    ContactNames.require(name);
    DiscoveryRecord offered = codec.tickets().read(ticket);
    PeerId peer = offered.peer();
    if (peer.equals(self)) {
      throw new ContactException(
          Reason.BAD_TICKET,
          "this is this node's own ticket",
          "give it to the other side, and add the ticket that the other side shows");
    }
    synchronized (changing) {
      requireFree(name, peer);
      return put(name, offered, false);
    }
  }

  /**
   * Adds a peer whose key was proven to be the one of whom the user meant; or marks it as verified
   * where it is a contact. Blocks.
   *
   * @param name what the user wants to call it; where this is empty it keeps its name, or gets one
   *     like the hint. A name that another has gets a number
   * @throws ContactException when the disk fails
   */
  public Contact addVerified(Optional<String> name, String hint, DiscoveryRecord record)
      throws ContactException {
    PeerId peer = record.peer();
    synchronized (changing) {
      String wanted =
          name.or(() -> nameOf(peer))
              .orElseGet(
                  () ->
                      ContactNames.isValid(hint)
                          ? hint
                          : "peer-" + peer.toString().substring(0, 8));
      return put(ContactNames.free(wanted, taken -> isOfAnother(taken, peer)), record, true);
    }
  }

  /**
   * Whether a peer that is about to be added may have this name.
   *
   * @throws ContactException when it is malformed or belongs to anybody
   */
  public void requireFree(String name) throws ContactException {
    ContactNames.require(name);
    requireFree(name, self);
  }

  private void requireFree(String name, PeerId peer) throws ContactException {
    Entry holder = snapshot.byName().get(ContactNames.key(name));
    if (holder != null && !holder.peer().equals(peer)) {
      throw new ContactException(
          Reason.NAME_TAKEN,
          "the name '" + holder.name() + "' belongs to " + holder.peer().shortForm() + " already",
          "choose another name, or remove that contact first");
    }
  }

  private boolean isOfAnother(String name, PeerId peer) {
    Entry holder = snapshot.byName().get(ContactNames.key(name));
    return holder != null && !holder.peer().equals(peer);
  }

  /** With the lock of changes. */
  private Contact put(String name, DiscoveryRecord offered, boolean proven)
      throws ContactException {
    PeerId peer = offered.peer();
    Entry before = snapshot.byPeer().get(peer);
    Instant addedAt = before == null ? clock.instant() : before.addedAt();
    boolean verified = proven || (before != null && before.verified());
    DiscoveryRecord record = newest(offered, recordOf(peer).orElse(null));
    await(
        store.putContact(
            new StoredContact(name, peer, addedAt, record.signed().toByteString(), verified)));
    synchronized (swapping) {
      // A newer record may have been learnt while this one went to disk.
      DiscoveryRecord known = newest(record, recordOf(peer).orElse(null));
      snapshot = snapshot.with(new Entry(name, addedAt, verified, known));
    }
    strangers.invalidate(peer);
    return Contact.of(name, addedAt, verified, record);
  }

  @Override
  public ImmutableList<Contact> list() {
    return snapshot.byName().values().stream()
        .map(Entry::contact)
        .collect(ImmutableList.toImmutableList());
  }

  @Override
  public Optional<Contact> remove(String nameOrId) throws ContactException {
    synchronized (changing) {
      Optional<Contact> contact = find(nameOrId);
      if (contact.isPresent()) {
        await(store.removeContact(contact.get().peer()));
        synchronized (swapping) {
          snapshot = snapshot.without(contact.get().peer());
        }
      }
      return contact;
    }
  }

  @Override
  public Optional<Contact> find(String nameOrId) {
    ContactSnapshot now = snapshot;
    Optional<PeerId> peer = PeerId.parse(nameOrId);
    if (peer.isPresent()) {
      return Optional.ofNullable(now.byPeer().get(peer.get())).map(Entry::contact);
    }
    return Optional.ofNullable(now.byName().get(ContactNames.key(nameOrId)))
        .filter(entry -> entry.name().equals(nameOrId))
        .map(Entry::contact);
  }

  @Override
  public Optional<String> nameOf(PeerId peer) {
    return Optional.ofNullable(snapshot.byPeer().get(peer)).map(Entry::name);
  }

  @Override
  public Optional<DiscoveryRecord> recordOf(PeerId peer) {
    Entry entry = snapshot.byPeer().get(peer);
    return Optional.ofNullable(entry == null ? strangers.getIfPresent(peer) : entry.record());
  }

  @Override
  public void learn(DiscoveryRecord record) {
    PeerId peer = record.peer();
    if (peer.equals(self)) {
      return;
    }
    if (!snapshot.byPeer().containsKey(peer)) {
      strangers.asMap().merge(peer, record, (known, offered) -> newest(offered, known));
      return;
    }
    refresh(record);
  }

  private void refresh(DiscoveryRecord record) {
    PeerId peer = record.peer();
    synchronized (swapping) {
      Entry entry = snapshot.byPeer().get(peer);
      if (entry == null || entry.record().sequence() >= record.sequence()) {
        return;
      }
      snapshot = snapshot.with(entry.at(record));
      // Asked for under the lock, so that the disk hears of records in the order of their sequence.
      var unused =
          store
              .putRecord(peer, record.signed().toByteString())
              .whenComplete(
                  (done, failure) -> {
                    if (failure != null) {
                      log.warn("a record of {} is in memory only", peer.shortForm(), failure);
                    }
                  });
    }
  }

  private Entry entry(StoredContact stored) {
    DiscoveryRecord record = decode(stored).orElseGet(() -> nowhere(stored.peer()));
    return new Entry(stored.name(), stored.addedAt(), stored.verified(), record);
  }

  private Optional<DiscoveryRecord> decode(StoredContact stored) {
    try {
      return codec
          .records()
          .read(SignedRecord.parseFrom(stored.signedRecord()))
          .filter(record -> record.peer().equals(stored.peer()));
    } catch (InvalidProtocolBufferException e) {
      log.warn("the record of contact '{}' is damaged; a newer one will replace it", stored.name());
      return Optional.empty();
    }
  }

  /** A contact is not lost with its record: any newer one takes this one's place. */
  private static DiscoveryRecord nowhere(PeerId peer) {
    return new DiscoveryRecord(
        peer,
        ImmutableList.of(),
        ImmutableList.of(),
        0,
        Instant.EPOCH,
        SignedRecord.getDefaultInstance());
  }

  private static DiscoveryRecord newest(DiscoveryRecord offered, @Nullable DiscoveryRecord known) {
    return known != null && known.sequence() >= offered.sequence() ? known : offered;
  }

  private static <T> T await(CompletionStage<T> stage) throws ContactException {
    try {
      return stage.toCompletableFuture().join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new ContactException(
          Reason.STORAGE_FAILING,
          "the address book was not changed: " + cause.getMessage(),
          "see to the disk, then try again");
    }
  }
}
