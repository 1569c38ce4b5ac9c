package dev.parley.store;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import dev.parley.messaging.Acknowledged;
import dev.parley.messaging.ConsumerName;
import dev.parley.messaging.StoredConsumer;
import dev.parley.messaging.StoredState.ReceiptSpan;
import dev.parley.proto.id.PeerId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;

/** Who has read how far, and which authors do not know it yet. */
final class ConsumerTable {
  private static final String ADD = "INSERT OR IGNORE INTO consumer VALUES (?, 0, 0)";
  private static final String CURSOR = "SELECT cursor FROM consumer WHERE name = ?";
  private static final String HANDED = "SELECT handed_up_to FROM consumer WHERE name = ?";
  private static final String ALL = "SELECT name, cursor, handed_up_to FROM consumer";

  /** What lies at or before it has been read by somebody. */
  private static final String FRONTIER = "SELECT max(cursor) FROM consumer";

  private static final String ACKNOWLEDGE =
      "UPDATE consumer SET cursor = ?, handed_up_to = max(handed_up_to, ?) WHERE name = ?";
  private static final String MARK_HANDED =
      "UPDATE consumer SET handed_up_to = max(handed_up_to, ?) WHERE name = ?";
  private static final String RECEIPT_DUE =
      "INSERT INTO receipts (author, due_up_to, taken_up_to, read_at) VALUES (?, ?, 0, ?)"
          + " ON CONFLICT (author) DO UPDATE"
          + " SET due_up_to = excluded.due_up_to, read_at = excluded.read_at";
  private static final String TAKEN = "SELECT taken_up_to FROM receipts WHERE author = ?";
  private static final String RECEIPTS_TAKEN =
      "UPDATE receipts SET taken_up_to = max(taken_up_to, ?) WHERE author = ?";
  private static final String RECEIPTS_DUE =
      "SELECT author, taken_up_to, due_up_to, read_at FROM receipts"
          + " WHERE taken_up_to < due_up_to";

  private ConsumerTable() {}

  static StoredConsumer register(Sql sql, ConsumerName consumer) throws SQLException {
    sql.update(ADD, consumer.name());
    return stored(
        sql, consumer, sql.number(CURSOR, consumer.name()), sql.number(HANDED, consumer.name()));
  }

  static Acknowledged acknowledge(Sql sql, ConsumerName consumer, long position, Instant at)
      throws SQLException {
    long cursor = sql.number(CURSOR, consumer.name());
    if (position <= cursor) {
      return Acknowledged.NOTHING;
    }
    long frontier = sql.number(FRONTIER);
    ImmutableMap<PeerId, InboxTable.Count> byConsumer = InboxTable.count(sql, cursor, position);
    ImmutableMap<PeerId, InboxTable.Count> firstReads =
        cursor == frontier
            ? byConsumer
            : InboxTable.count(sql, frontier, Math.max(frontier, position));
    sql.update(ACKNOWLEDGE, position, position, consumer.name());
    ImmutableMap.Builder<PeerId, ReceiptSpan> due = ImmutableMap.builder();
    for (Map.Entry<PeerId, InboxTable.Count> read : firstReads.entrySet()) {
      due.put(
          read.getKey(),
          due(sql, read.getKey(), read.getValue().lastPosition(), at.toEpochMilli()));
    }
    return new Acknowledged(counts(byConsumer), counts(firstReads), due.buildOrThrow());
  }

  private static ReceiptSpan due(Sql sql, PeerId author, long upTo, long readAt)
      throws SQLException {
    sql.update(RECEIPT_DUE, author.key(), upTo, readAt);
    return new ReceiptSpan(sql.number(TAKEN, author.key()), upTo, readAt);
  }

  static void markHanded(Sql sql, ConsumerName consumer, long position) throws SQLException {
    sql.update(MARK_HANDED, position, consumer.name());
  }

  static void receiptsTaken(Sql sql, PeerId author, long upTo) throws SQLException {
    sql.update(RECEIPTS_TAKEN, upTo, author.key());
  }

  static ImmutableList<StoredConsumer> all(Sql sql) throws SQLException {
    ImmutableList.Builder<StoredConsumer> bare = ImmutableList.builder();
    sql.query(
        ALL,
        row -> {
          ConsumerName name = new ConsumerName(row.getString(1));
          bare.add(new StoredConsumer(name, row.getLong(2), row.getLong(3), ImmutableMap.of()));
          return true;
        });
    ImmutableList.Builder<StoredConsumer> counted = ImmutableList.builder();
    for (StoredConsumer consumer : bare.build()) {
      counted.add(stored(sql, consumer.name(), consumer.cursor(), consumer.handedUpTo()));
    }
    return counted.build();
  }

  static ImmutableMap<PeerId, Long> unread(Sql sql) throws SQLException {
    return counts(InboxTable.count(sql, sql.number(FRONTIER), Long.MAX_VALUE));
  }

  static ImmutableMap<PeerId, ReceiptSpan> receiptsDue(Sql sql) throws SQLException {
    ImmutableMap.Builder<PeerId, ReceiptSpan> due = ImmutableMap.builder();
    sql.query(
        RECEIPTS_DUE,
        row -> {
          due.put(
              PeerId.of(row.getBytes(1)),
              new ReceiptSpan(row.getLong(2), row.getLong(3), row.getLong(4)));
          return true;
        });
    return due.buildOrThrow();
  }

  private static StoredConsumer stored(Sql sql, ConsumerName name, long cursor, long handedUpTo)
      throws SQLException {
    return new StoredConsumer(
        name, cursor, handedUpTo, counts(InboxTable.count(sql, cursor, Long.MAX_VALUE)));
  }

  private static ImmutableMap<PeerId, Long> counts(ImmutableMap<PeerId, InboxTable.Count> reads) {
    return ImmutableMap.copyOf(Maps.transformValues(reads, InboxTable.Count::count));
  }
}
