package dev.parley.contacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import dev.parley.contacts.ContactException.Reason;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.peer.v1.SignedRecord;
import dev.parley.proto.id.PeerId;
import dev.parley.store.Store;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContactBookTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);
  private static final PeerId SELF = peer(0);

  /** Tickets here are "peer:sequence"; a record's bytes are the same text. */
  private static final ContactCodec CODEC =
      new ContactCodec(
          ContactBookTest::readTicket,
          signed -> Optional.of(signed.getRecord().toStringUtf8()).map(ContactBookTest::record));

  @TempDir Path directory;
  private Store store;
  private ContactBook book;

  @BeforeEach
  void open() throws Exception {
    store = Store.open(directory.resolve("parley.db"), CLOCK);
    book = ContactBook.open(SELF, store.contacts(), CODEC, CLOCK);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void aContactIsFoundByNameAndIdAndIsThereAfterARestart() throws Exception {
    Contact bob = book.add("bob", "1:5");
    reopen();
    assertThat(book.list()).containsExactly(bob);
    assertThat(book.find("bob")).contains(bob);
    assertThat(book.find(peer(1).toString())).contains(bob);
    assertThat(book.nameOf(peer(1))).contains("bob");
    assertThat(book.find("Bob")).isEmpty();
    assertThat(book.remove("bob")).contains(bob);
    reopen();
    assertThat(book.list()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "käse", "a/b", "-x\n"})
  void aMalformedNameIsRefused(String name) {
    assertThat(refusal(name, "1:1").reason()).isEqualTo(Reason.BAD_NAME);
  }

  @Test
  void aNameThatReadsAsAPeerIdIsRefused() {
    assertThat(refusal(peer(7).toString(), "1:1").reason()).isEqualTo(Reason.BAD_NAME);
    assertThat(refusal("a".repeat(65), "1:1").reason()).isEqualTo(Reason.BAD_NAME);
  }

  @Test
  void anotherPeersNameIsRefusedInWhateverCase() throws Exception {
    book.add("Bob", "1:1");
    assertThat(refusal("Bob", "2:1").reason()).isEqualTo(Reason.NAME_TAKEN);
    assertThat(refusal("bob", "2:1")).hasMessageContaining("'Bob'");
    assertThat(book.list()).hasSize(1);
  }

  @Test
  void theSamePeerUnderAnotherNameIsRenamed() throws Exception {
    book.add("bob", "1:1");
    book.add("Robert", "1:1");
    reopen();
    assertThat(book.list()).extracting(Contact::name).containsExactly("Robert");
  }

  @Test
  void theOwnTicketAndAMistypedOneAreRefused() {
    assertThat(refusal("me", "0:1").reason()).isEqualTo(Reason.BAD_TICKET);
    assertThat(refusal("bob", "nonsense").reason()).isEqualTo(Reason.BAD_TICKET);
  }

  @Test
  void onlyANewerRecordIsLearnt() throws Exception {
    book.add("bob", "1:5");
    book.learn(record("1:4"));
    assertThat(sequence(1)).isEqualTo(5);
    book.learn(record("1:6"));
    assertThat(sequence(1)).isEqualTo(6);
    book.add("bob", "1:3");
    assertThat(sequence(1)).isEqualTo(6);
    reopen();
    assertThat(sequence(1)).isEqualTo(6);
  }

  @Test
  void strangersAreRememberedInBoundedMemoryAndNeverOnDisk() throws Exception {
    for (int i = 1; i <= ContactBook.MAX_STRANGERS + 5_000; i++) {
      book.learn(record(i + ":1"));
    }
    long known = 0;
    for (int i = 1; i <= ContactBook.MAX_STRANGERS + 5_000; i++) {
      known += book.recordOf(peer(i)).isPresent() ? 1 : 0;
    }
    assertThat(known).isBetween(1L, (long) ContactBook.MAX_STRANGERS);
    assertThat(book.list()).isEmpty();
    reopen();
    assertThat(book.recordOf(peer(ContactBook.MAX_STRANGERS + 5_000))).isEmpty();
  }

  @Test
  void aStrangersNewerRecordIsKeptWhenItBecomesAContact() throws Exception {
    book.learn(record("1:9"));
    book.add("bob", "1:2");
    assertThat(sequence(1)).isEqualTo(9);
  }

  @Test
  void aChangeThatTheDiskRefusesChangesNothing() {
    store.close();
    assertThat(refusal("bob", "1:1").reason()).isEqualTo(Reason.STORAGE_FAILING);
    assertThat(book.list()).isEmpty();
  }

  private void reopen() throws Exception {
    store.close();
    open();
  }

  private long sequence(int peer) {
    return book.recordOf(peer(peer)).orElseThrow().sequence();
  }

  private ContactException refusal(String name, String ticket) {
    return catchThrowableOfType(ContactException.class, () -> book.add(name, ticket));
  }

  private static DiscoveryRecord readTicket(String ticket) throws ContactException {
    if (!ticket.contains(":")) {
      throw new ContactException(Reason.BAD_TICKET, "mistyped", "type it again");
    }
    return record(ticket);
  }

  private static DiscoveryRecord record(String text) {
    String[] parts = text.split(":", -1);
    return new DiscoveryRecord(
        peer(Integer.parseInt(parts[0])),
        ImmutableList.of(),
        ImmutableList.of(),
        Long.parseLong(parts[1]),
        CLOCK.instant(),
        SignedRecord.newBuilder().setRecord(ByteString.copyFromUtf8(text)).build());
  }

  private static PeerId peer(int number) {
    return PeerId.of(ByteBuffer.allocate(PeerId.BYTES).putInt(number).array());
  }
}
