package dev.parley.store;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.parley.messaging.Acknowledged;
import dev.parley.messaging.ConsumerName;
import dev.parley.messaging.InboxMessage;
import dev.parley.messaging.MessageStore;
import dev.parley.messaging.OutboxMessage;
import dev.parley.messaging.StoredConsumer;
import dev.parley.messaging.StoredState;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Messages in SQLite: says which thread runs what; the tables know how. */
final class SqliteMessages implements MessageStore {
  /** What a change costs that carries no bodies. */
  private static final long SMALL = 512;

  private final Writer writer;
  private final Reader reader;

  SqliteMessages(Writer writer, Reader reader) {
    this.writer = writer;
    this.reader = reader;
  }

  @Override
  public CompletionStage<StoredState> load() {
    return reader.read(
        sql ->
            new StoredState(
                OutboxTable.waiting(sql),
                OutboxTable.lastPosition(sql),
                InboxTable.lastPosition(sql),
                ConsumerTable.unread(sql),
                ConsumerTable.all(sql),
                ConsumerTable.receiptsDue(sql)));
  }

  @Override
  public CompletionStage<Void> appendOutbox(List<OutboxMessage> messages) {
    long weight = messages.stream().mapToLong(OutboxMessage::weight).sum();
    return change(weight, sql -> OutboxTable.append(sql, messages));
  }

  @Override
  public CompletionStage<ImmutableList<OutboxMessage>> readOutbox(
      PeerId peer, long after, PageLimit limit) {
    return reader.read(sql -> OutboxTable.page(sql, peer, after, limit));
  }

  @Override
  public CompletionStage<Void> endOutbox(
      PeerId peer, long upTo, List<OutboxFailure> failures, Instant at) {
    return change(SMALL, sql -> OutboxTable.end(sql, peer, upTo, failures, at));
  }

  @Override
  public CompletionStage<ImmutableSet<MessageId>> markRead(
      PeerId peer, List<MessageId> ids, Instant at) {
    return writer.write(SMALL, sql -> OutboxTable.markRead(sql, peer, ids, at));
  }

  @Override
  public CompletionStage<ImmutableList<InboxMessage>> appendInbox(List<InboxMessage> messages) {
    long weight = messages.stream().mapToLong(InboxMessage::weight).sum();
    return writer.write(weight, sql -> InboxTable.append(sql, messages));
  }

  @Override
  public CompletionStage<ImmutableList<InboxMessage>> readInbox(long after, PageLimit limit) {
    return reader.read(sql -> InboxTable.page(sql, after, limit));
  }

  @Override
  public CompletionStage<StoredConsumer> registerConsumer(ConsumerName consumer) {
    return writer.write(SMALL, sql -> ConsumerTable.register(sql, consumer));
  }

  @Override
  public CompletionStage<Acknowledged> acknowledge(
      ConsumerName consumer, long position, Instant at) {
    return writer.write(SMALL, sql -> ConsumerTable.acknowledge(sql, consumer, position, at));
  }

  @Override
  public CompletionStage<Void> markHanded(ConsumerName consumer, long position) {
    return change(SMALL, sql -> ConsumerTable.markHanded(sql, consumer, position));
  }

  @Override
  public CompletionStage<ImmutableList<DueReceipt>> readReceipts(
      PeerId author, long after, long upTo, int maxCount) {
    return reader.read(sql -> InboxTable.ofSender(sql, author, after, upTo, maxCount));
  }

  @Override
  public CompletionStage<Void> receiptsTaken(PeerId author, long upTo) {
    return change(SMALL, sql -> ConsumerTable.receiptsTaken(sql, author, upTo));
  }

  private CompletionStage<Void> change(long weight, Change change) {
    return writer
        .write(
            weight,
            sql -> {
              change.run(sql);
              return true;
            })
        .thenAccept(done -> {});
  }

  /** A change with nothing to return. */
  private interface Change {
    void run(Sql sql) throws SQLException;
  }
}
