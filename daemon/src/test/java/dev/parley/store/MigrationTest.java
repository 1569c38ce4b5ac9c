package dev.parley.store;

import static dev.parley.store.StoredMessages.NOW;
import static dev.parley.store.StoredMessages.await;
import static dev.parley.store.StoredMessages.id;
import static dev.parley.store.StoredMessages.incoming;
import static dev.parley.store.StoredMessages.outgoing;
import static dev.parley.store.StoredMessages.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contacts.ContactStore;
import dev.parley.messaging.ConsumerName;
import dev.parley.messaging.HistoryQuery;
import dev.parley.messaging.KeptMessage;
import dev.parley.messaging.MessageState;
import dev.parley.messaging.MessageStore;
import dev.parley.messaging.MessageStore.PageLimit;
import dev.parley.messaging.OutboxMessage;
import dev.parley.messaging.StoredConsumer;
import dev.parley.messaging.StoredState;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A database that version 0.1.0 has written: to peer 2 messages 1 to 7, of which the second failed,
 * the third was read, and those after the fourth wait, the sixth read already; to peer 3 the
 * eighth; 20 that arrived, of which "app" has acknowledged 12 and was handed 15.
 */
class MigrationTest {
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final PageLimit ALL = new PageLimit(1_000, 1 << 20);

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void copy() throws Exception {
    file = directory.resolve("parley.db");
    try (InputStream v1 = MigrationTest.class.getResourceAsStream("/db/v1.db")) {
      Files.copy(v1, file);
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void aDatabaseOfVersion1KeepsEverything() throws Exception {
    try (Store store = Store.open(file, CLOCK)) {
      MessageStore messages = store.messages();
      StoredState state = await(messages.load());
      assertThat(state.outboxes().get(peer(2)).count()).isEqualTo(3);
      assertThat(state.outboxes().get(peer(3)).count()).isEqualTo(1);
      assertThat(state.lastInboxPosition()).isEqualTo(20);
      assertThat(state.consumers())
          .extracting(consumer -> consumer.name().name() + " " + consumer.cursor())
          .containsExactlyInAnyOrder("default 0", "app 12", "late 0");
      assertThat(state.receiptsDue()).containsKeys(peer(2), peer(3));
      assertThat(await(messages.readOutbox(peer(2), 0, ALL)))
          .extracting(OutboxMessage::id)
          .containsExactly(id(5), id(6), id(7));
      assertThat(state(messages, 1)).isEqualTo(MessageState.DELIVERED);
      assertThat(state(messages, 2)).isEqualTo(MessageState.FAILED);
      assertThat(state(messages, 3)).isEqualTo(MessageState.READ);
      assertThat(state(messages, 5)).isEqualTo(MessageState.QUEUED);
      assertThat(await(store.contacts().loadContacts()))
          .hasSize(1)
          .noneMatch(ContactStore.StoredContact::verified);
      assertThat(await(store.mailBook().prekeys())).isEmpty();
      assertThat(await(store.forwards().load()).services()).isEmpty();
    }
  }

  @Test
  void positionsAreUniqueOverBothDirectionsAndGoOn() throws Exception {
    try (Store store = Store.open(file, CLOCK)) {
      MessageStore messages = store.messages();
      long last = await(messages.load()).lastPosition();
      List<KeptMessage> history = await(messages.readHistory(HistoryQuery.newest(100))).messages();
      assertThat(history).extracting(KeptMessage::position).doesNotHaveDuplicates().hasSize(24);
      assertThat(history.get(0).position()).isEqualTo(last);
      await(messages.appendOutbox(List.of(outgoing(last + 1, peer(2)))));
      assertThat(await(messages.appendInbox(List.of(incoming(last + 2, peer(2), 1_001)))))
          .as("a duplicate of one from before")
          .isEmpty();
    }
  }

  @Test
  void oldMessagesAreFoundByTheirWords() throws Exception {
    try (Store store = Store.open(file, CLOCK)) {
      HistoryQuery query =
          new HistoryQuery(
              Optional.of(peer(2)), Long.MAX_VALUE, Optional.empty(), Optional.empty(), "1007", 9);
      assertThat(await(store.messages().readHistory(query)).messages())
          .extracting(KeptMessage::id)
          .containsExactly(id(1_007));
    }
  }

  @Test
  void aCopyIsMadeFirstForItsOwnerOnlyAndOnce() throws Exception {
    byte[] before = Files.readAllBytes(file);
    Store.open(file, CLOCK).close();
    Path backup = directory.resolve("parley.db.v1.bak");
    assertThat(backup).hasBinaryContent(before);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)))
        .isEqualTo("rw-------");
    Files.delete(backup);
    Store.open(file, CLOCK).close();
    assertThat(backup).as("nothing is migrated a second time").doesNotExist();
  }

  @Test
  void aConsumerGoesOnWhereItWas() throws Exception {
    try (Store store = Store.open(file, CLOCK)) {
      ConsumerName app = new ConsumerName("app");
      StoredConsumer known = await(store.messages().registerConsumer(app));
      assertThat(known.handedUpTo()).isEqualTo(15);
      assertThat(await(store.messages().readInbox(app, known.cursor(), ALL)).messages()).hasSize(8);
    }
  }

  private static MessageState state(MessageStore messages, int number) throws Exception {
    KeptMessage found = await(messages.find(id(number))).orElseThrow();
    return ((KeptMessage.Sent) found).progress().state();
  }
}
