package dev.parley.store;

import static dev.parley.store.StoredMessages.NOW;
import static dev.parley.store.StoredMessages.await;
import static dev.parley.store.StoredMessages.id;
import static dev.parley.store.StoredMessages.incoming;
import static dev.parley.store.StoredMessages.outgoing;
import static dev.parley.store.StoredMessages.peer;

import com.google.protobuf.ByteString;
import dev.parley.contacts.ContactStore.StoredContact;
import dev.parley.link.LinkPath;
import dev.parley.messaging.ConsumerName;
import dev.parley.messaging.InboxMessage;
import dev.parley.messaging.MessageStore;
import dev.parley.messaging.MessageStore.OutboxEnd;
import dev.parley.messaging.MessageStore.OutboxFailure;
import dev.parley.proto.id.PeerId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * A database with some of everything, to be damaged. From peer 2 arrived messages 1 to {@link
 * #ARRIVED}, of which "default" has acknowledged {@link #READ}; to peer 3 {@link #SENT} were
 * delivered and {@link #WAITING} wait; both are contacts.
 */
final class DamagedDatabase {
  static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  static final int ARRIVED = 400;
  static final int READ = 250;
  static final int SENT = 50;
  static final int WAITING = 60;
  static final long FIRST_ID = 10_000;
  static final int PAGE = 4_096;

  private DamagedDatabase() {}

  static void fill(Path file) throws Exception {
    try (Store store = Store.open(file, CLOCK)) {
      MessageStore messages = store.messages();
      await(store.contacts().putContact(contact("bob", peer(2))));
      await(store.contacts().putContact(contact("carol", peer(3))));
      await(messages.registerConsumer(ConsumerName.DEFAULT));
      List<InboxMessage> arrived = new ArrayList<>();
      for (int i = 1; i <= ARRIVED; i++) {
        arrived.add(arrival(i));
      }
      await(messages.appendInbox(arrived));
      for (int i = 1; i <= SENT + WAITING; i++) {
        await(messages.appendOutbox(List.of(outgoing(ARRIVED + i, peer(3)))));
      }
      List<OutboxFailure> none = List.of();
      await(messages.endOutbox(peer(3), new OutboxEnd(ARRIVED + SENT, none), NOW));
      await(messages.acknowledge(ConsumerName.DEFAULT, READ, List.of(), NOW));
      await(messages.acknowledge(ConsumerName.DEFAULT, READ, List.of(READ + 10L), NOW));
    }
  }

  /** Every tenth has a body that does not fit into a page. */
  static InboxMessage arrival(int number) {
    if (number % 10 != 0) {
      return incoming(number, peer(2), FIRST_ID + number);
    }
    ByteString body = ByteString.copyFromUtf8(("long message " + number + " ").repeat(500));
    return new InboxMessage(
        number, id(FIRST_ID + number), peer(2), "text/plain", body, NOW, NOW, LinkPath.Kind.RELAY);
  }

  private static StoredContact contact(String name, PeerId peer) {
    return new StoredContact(name, peer, NOW, ByteString.EMPTY, false);
  }

  static void overwrite(Path file, long at, byte[] bytes) throws IOException {
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
      opened.seek(at);
      opened.write(bytes);
    }
  }
}
