package dev.parley.store;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.parley.messaging.Acknowledged;
import dev.parley.messaging.ConsumerName;
import dev.parley.messaging.HistoryPage;
import dev.parley.messaging.HistoryQuery;
import dev.parley.messaging.InboxMessage;
import dev.parley.messaging.KeptMessage;
import dev.parley.messaging.MessageStore;
import dev.parley.messaging.OutboxMessage;
import dev.parley.messaging.StoredConsumer;
import dev.parley.messaging.StoredState;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
                RetentionTable.highestPosition(sql),
                InboxTable.lastPosition(sql),
                ConsumerTable.unread(sql),
                ConsumerTable.all(sql),
                ConsumerTable.receiptsDue(sql)));
  }

  @Override
  public CompletionStage<ImmutableMap<MessageId, KnownSend>> appendOutbox(
      List<OutboxMessage> messages) {
    long weight = messages.stream().mapToLong(OutboxMessage::weight).sum();
    return writer.write(weight, sql -> ClientSendTable.append(sql, messages));
  }

  @Override
  public CompletionStage<ImmutableList<OutboxMessage>> readOutbox(
      PeerId peer, long after, PageLimit limit) {
    return reader.read(sql -> OutboxTable.page(sql, peer, after, limit));
  }

  @Override
  public CompletionStage<Integer> endOutbox(PeerId peer, OutboxEnd end, Instant at) {
    return writer.write(SMALL, sql -> SentTable.end(sql, peer, end, at));
  }

  @Override
  public CompletionStage<ImmutableList<DueMessage>> readExpired(Instant now, int maxCount) {
    return reader.read(sql -> OutboxTable.due(sql, now, maxCount));
  }

  @Override
  public CompletionStage<Optional<Instant>> nextExpiry() {
    return reader.read(OutboxTable::nextExpiry);
  }

  @Override
  public CompletionStage<ImmutableSet<MessageId>> expireOutbox(
      List<DueMessage> messages, String problem, Instant at) {
    return writer.write(SMALL, sql -> SentTable.expire(sql, messages, problem, at));
  }

  @Override
  public CompletionStage<ImmutableSet<MessageId>> markRead(
      PeerId peer, List<MessageId> ids, Instant at) {
    return writer.write(SMALL, sql -> SentTable.markRead(sql, peer, ids, at));
  }

  @Override
  public CompletionStage<ImmutableList<InboxMessage>> appendInbox(List<InboxMessage> messages) {
    long weight = messages.stream().mapToLong(InboxMessage::weight).sum();
    return writer.write(weight, sql -> InboxTable.append(sql, messages));
  }

  @Override
  public CompletionStage<InboxPage> readInbox(ConsumerName consumer, long after, PageLimit limit) {
    return reader.read(
        sql -> {
          // The gap second: so it tells of everything that the page lacks.
          ImmutableList<InboxMessage> page = InboxTable.page(sql, consumer.name(), after, limit);
          return new InboxPage(page, RetentionTable.gap(sql, consumer.name()));
        });
  }

  @Override
  public CompletionStage<StoredConsumer> registerConsumer(ConsumerName consumer) {
    return writer.write(SMALL, sql -> ConsumerTable.register(sql, consumer));
  }

  @Override
  public CompletionStage<Acknowledged> acknowledge(
      ConsumerName consumer, long upTo, List<Long> singles, Instant at) {
    return writer.write(SMALL, sql -> ConsumerTable.acknowledge(sql, consumer, upTo, singles, at));
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

  @Override
  public CompletionStage<Dropped> dropOld(DropRequest request) {
    return writer.write(SMALL, sql -> RetentionTable.drop(sql, request));
  }

  @Override
  public CompletionStage<Optional<KeptMessage>> find(MessageId id) {
    return reader.read(sql -> HistoryTable.find(sql, id));
  }

  @Override
  public CompletionStage<HistoryPage> readHistory(HistoryQuery query) {
    return reader.read(sql -> HistoryTable.page(sql, query));
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
