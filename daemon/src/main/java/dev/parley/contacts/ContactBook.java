package dev.parley.contacts;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.collect.ImmutableList;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.contacts.ContactException.Reason;
import dev.parley.contacts.ContactStore.StoredContact;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.discovery.DiscoveryRecords;
import dev.parley.discovery.TicketException;
import dev.parley.discovery.Tickets;
import dev.parley.peer.v1.SignedRecord;
import dev.parley.proto.id.PeerId;
import java.time.Clock;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The address book over its store: all of it in memory, every change on disk first. */
public final class ContactBook implements Contacts {
  /** Records of strangers that are remembered. */
  static final int MAX_STRANGERS = 10_000;

  private static final Logger log = LoggerFactory.getLogger(ContactBook.class);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final ContactStore store;
  private final PeerId self;
  private final Clock clock;
  private final Map<PeerId, Contact> contacts = new ConcurrentHashMap<>();
  private final Cache<PeerId, DiscoveryRecord> strangers =
      CacheBuilder.newBuilder().maximumSize(MAX_STRANGERS).build();

  private ContactBook(ContactStore store, PeerId self, Clock clock) {
    this.store = store;
    this.self = self;
    this.clock = clock;
  }

  /** Reads the book. Blocks. */
  public static ContactBook open(ContactStore store, PeerId self, Clock clock)
      throws ContactException {
    ContactBook book = new ContactBook(store, self, clock);
    for (StoredContact stored : commit(store.loadContacts())) {
      book.load(stored);
    }
    return book;
  }

  private void load(StoredContact stored) {
    Optional<DiscoveryRecord> record = Optional.empty();
    try {
      record = DiscoveryRecords.verify(SignedRecord.parseFrom(stored.signedRecord()));
    } catch (InvalidProtocolBufferException e) {
      log.warn("the record of {} cannot be read", stored.name(), e);
    }
    if (record.isEmpty()) {
      log.warn("{} is kept without a way to reach it: its record is damaged", stored.name());
      return;
    }
    contacts.put(
        stored.peer(), new Contact(stored.name(), stored.peer(), stored.addedAt(), record.get()));
  }

  @Override
  public synchronized Contact add(String name, String ticket) throws ContactException {
    requireUsable(name);
    DiscoveryRecord record = read(ticket);
    PeerId peer = record.peer();
    Optional<Contact> sameName =
        contacts.values().stream().filter(c -> c.name().equalsIgnoreCase(name)).findFirst();
    if (sameName.isPresent() && !sameName.get().peer().equals(peer)) {
      throw new ContactException(
          Reason.NAME_TAKEN,
          "'" + sameName.get().name() + "' is the name of another contact",
          "Choose another name, or remove it first: parley contact rm " + sameName.get().name());
    }
    Contact known = contacts.get(peer);
    Contact contact =
        new Contact(
            name,
            peer,
            known == null ? clock.instant() : known.addedAt(),
            newest(record, recordOf(peer)));
    commit(
        store.putContact(
            new StoredContact(
                name, peer, contact.addedAt(), contact.record().signed().toByteString())));
    contacts.put(peer, contact);
    strangers.invalidate(peer);
    return contact;
  }

  private static void requireUsable(String name) throws ContactException {
    if (!NAME.matcher(name).matches() || PeerId.parse(name).isPresent()) {
      throw new ContactException(
          Reason.BAD_NAME,
          "'" + name + "' cannot be a contact's name",
          "Use 1 to 64 letters, digits, '-', '_' or '.', and not a peer id.");
    }
  }

  private DiscoveryRecord read(String ticket) throws ContactException {
    DiscoveryRecord record;
    try {
      record = Tickets.decode(ticket);
    } catch (TicketException e) {
      throw new ContactException(Reason.BAD_TICKET, String.valueOf(e.getMessage()), e.hint());
    }
    if (record.peer().equals(self)) {
      throw new ContactException(
          Reason.BAD_TICKET,
          "this ticket is this node's own",
          "Give it to the other side, and add the ticket that `parley id` prints there.");
    }
    return record;
  }

  @Override
  public ImmutableList<Contact> list() {
    return contacts.values().stream()
        .sorted(Comparator.comparing(contact -> contact.name().toLowerCase(Locale.ROOT)))
        .collect(ImmutableList.toImmutableList());
  }

  @Override
  public synchronized Optional<Contact> remove(String nameOrId) throws ContactException {
    Optional<Contact> contact = find(nameOrId);
    if (contact.isPresent()) {
      commit(store.removeContact(contact.get().peer()));
      contacts.remove(contact.get().peer());
    }
    return contact;
  }

  @Override
  public Optional<Contact> find(String nameOrId) {
    Optional<PeerId> id = PeerId.parse(nameOrId);
    return id.isPresent()
        ? id.map(contacts::get)
        : contacts.values().stream().filter(c -> c.name().equals(nameOrId)).findFirst();
  }

  @Override
  public Optional<String> nameOf(PeerId peer) {
    return Optional.ofNullable(contacts.get(peer)).map(Contact::name);
  }

  @Override
  public Optional<DiscoveryRecord> recordOf(PeerId peer) {
    Contact contact = contacts.get(peer);
    return contact == null
        ? Optional.ofNullable(strangers.getIfPresent(peer))
        : Optional.of(contact.record());
  }

  @Override
  public void learn(DiscoveryRecord record) {
    PeerId peer = record.peer();
    if (peer.equals(self)) {
      return;
    }
    Contact updated =
        contacts.computeIfPresent(
            peer,
            (id, known) ->
                record.sequence() > known.record().sequence()
                    ? new Contact(known.name(), peer, known.addedAt(), record)
                    : known);
    if (updated == null) {
      strangers.put(peer, newest(record, recordOf(peer)));
    } else if (updated.record() == record) {
      store
          .putRecord(peer, record.signed().toByteString())
          .whenComplete(
              (done, failure) -> {
                if (failure != null) {
                  log.warn("the new record of {} is not on disk", updated.name(), failure);
                }
              });
    }
  }

  private static DiscoveryRecord newest(DiscoveryRecord told, Optional<DiscoveryRecord> known) {
    return known.filter(k -> k.sequence() > told.sequence()).orElse(told);
  }

  private static <T> T commit(CompletionStage<T> change) throws ContactException {
    try {
      return change.toCompletableFuture().join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new ContactException(
          Reason.STORAGE_FAILING,
          "the address book is not on disk: " + cause.getMessage(),
          "Make room or mend the disk, then try again.");
    }
  }
}
