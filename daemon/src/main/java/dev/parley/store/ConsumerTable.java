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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who has read how far, and which authors do not know it yet. */
final class ConsumerTable {
  private static final String ADD = "INSERT OR IGNORE INTO consumer VALUES (?, 0, 0)";
  private static final String CURSOR = "SELECT cursor FROM consumer WHERE name = ?";
  private static final String HANDED = "SELECT handed_up_to FROM consumer WHERE name = ?";
  private static final String ALL = "SELECT name, cursor, handed_up_to FROM consumer";
  private static final String SINGLES = "SELECT count(*) FROM acknowledged WHERE consumer = ?";
  private static final String ADD_SINGLE =
      "INSERT OR IGNORE INTO acknowledged SELECT ?, position FROM inbox WHERE position = ?";
  private static final String SENDER = "SELECT sender FROM inbox WHERE position = ?";
  private static final String FIRST_UNHANDLED =
      "SELECT min(position) FROM (SELECT position FROM inbox WHERE position > ?1 AND NOT EXISTS"
          + " (SELECT 1 FROM acknowledged a WHERE a.consumer = ?2 AND a.position = inbox.position)"
          + " ORDER BY position LIMIT 1)";
  private static final String LAST_SINGLE =
      "SELECT max(position) FROM acknowledged WHERE consumer = ? AND position < ?";
  private static final String FORGET_SINGLES =
      "DELETE FROM acknowledged WHERE consumer = ? AND position <= ?";
  private static final String FORGET_GAP =
      "DELETE FROM gap WHERE consumer = ? AND last_position <= ?";

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

  static Acknowledged acknowledge(
      Sql sql, ConsumerName consumer, long upTo, List<Long> singles, Instant at)
      throws SQLException {
    String name = consumer.name();
    long cursor = sql.number(CURSOR, name);
    long target = Math.max(cursor, upTo);
    Map<PeerId, Long> handled =
        new HashMap<>(counts(InboxTable.countOf(sql, name, cursor, target)));
    for (long single : singles) {
      if (single > target && sql.update(ADD_SINGLE, name, single) > 0) {
        handled.merge(sender(sql, single), 1L, Long::sum);
      }
    }
    target = pastSingles(sql, name, target);
    int left = (int) sql.number(SINGLES, name);
    if (target == cursor) {
      return new Acknowledged(
          cursor, left, ImmutableMap.copyOf(handled), ImmutableMap.of(), ImmutableMap.of());
    }
    ImmutableMap<PeerId, InboxTable.Count> firstReads = firstReads(sql, target);
    sql.update(ACKNOWLEDGE, target, target, name);
    sql.update(FORGET_GAP, name, target);
    ImmutableMap.Builder<PeerId, ReceiptSpan> due = ImmutableMap.builder();
    for (Map.Entry<PeerId, InboxTable.Count> read : firstReads.entrySet()) {
      due.put(
          read.getKey(),
          due(sql, read.getKey(), read.getValue().lastPosition(), at.toEpochMilli()));
    }
    return new Acknowledged(
        target, left, ImmutableMap.copyOf(handled), counts(firstReads), due.buildOrThrow());
  }

  /** Where the cursor comes to rest: before the first message that is not acknowledged. */
  private static long pastSingles(Sql sql, String name, long target) throws SQLException {
    sql.update(FORGET_SINGLES, name, target);
    if (sql.number(SINGLES, name) == 0) {
      return target;
    }
    long unhandled = sql.number(FIRST_UNHANDLED, target, name);
    long last = sql.number(LAST_SINGLE, name, unhandled == 0 ? Long.MAX_VALUE : unhandled);
    long cursor = Math.max(target, last);
    sql.update(FORGET_SINGLES, name, cursor);
    return cursor;
  }

  /** What nobody has read before, of what lies up to a position. */
  private static ImmutableMap<PeerId, InboxTable.Count> firstReads(Sql sql, long upTo)
      throws SQLException {
    long frontier = sql.number(FRONTIER);
    return InboxTable.count(sql, frontier, Math.max(frontier, upTo));
  }

  private static PeerId sender(Sql sql, long position) throws SQLException {
    List<PeerId> sender = new ArrayList<>();
    sql.query(SENDER, row -> sender.add(PeerId.of(row.getBytes(1))), position);
    return sender.get(0);
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
          bare.add(new StoredConsumer(name, row.getLong(2), row.getLong(3), 0, ImmutableMap.of()));
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
        name,
        cursor,
        handedUpTo,
        (int) sql.number(SINGLES, name.name()),
        counts(InboxTable.countOf(sql, name.name(), cursor, Long.MAX_VALUE)));
  }

  private static ImmutableMap<PeerId, Long> counts(ImmutableMap<PeerId, InboxTable.Count> reads) {
    return ImmutableMap.copyOf(Maps.transformValues(reads, InboxTable.Count::count));
  }
}
