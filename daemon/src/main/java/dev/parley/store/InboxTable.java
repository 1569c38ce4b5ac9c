package dev.parley.store;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.protobuf.ByteString;
import dev.parley.link.LinkPath;
import dev.parley.messaging.InboxMessage;
import dev.parley.messaging.MessageStore.DueReceipt;
import dev.parley.messaging.MessageStore.PageLimit;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** Messages that have arrived. */
final class InboxTable {
  private static final String INSERT =
      "INSERT OR IGNORE INTO inbox"
          + " (position, sender, message_id, sent_at, received_at, path, content_type, body)"
          + " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE NOT EXISTS"
          + " (SELECT 1 FROM tombstone WHERE sender = ?2 AND message_id = ?3)";
  static final String COLUMNS =
      "position, sender, message_id, sent_at, received_at, path, content_type, body";
  private static final String NOT_ACKNOWLEDGED =
      " AND NOT EXISTS (SELECT 1 FROM acknowledged a"
          + " WHERE a.consumer = ?1 AND a.position = inbox.position)";
  private static final String PAGE =
      "SELECT "
          + COLUMNS
          + " FROM inbox WHERE position > ?2"
          + NOT_ACKNOWLEDGED
          + " ORDER BY position LIMIT ?3";
  private static final String COUNT_OF =
      "SELECT sender, count(*), max(position) FROM inbox WHERE position > ?2 AND position <= ?3"
          + NOT_ACKNOWLEDGED
          + " GROUP BY sender";
  private static final String COUNT =
      "SELECT sender, count(*), max(position) FROM inbox"
          + " WHERE position > ? AND position <= ? GROUP BY sender";
  private static final String OF_SENDER =
      "SELECT position, message_id FROM inbox"
          + " WHERE sender = ? AND position > ? AND position <= ? ORDER BY position LIMIT ?";

  /** A gap counts too: whoever has not heard of it is not at the end. */
  private static final String LAST =
      "SELECT max(coalesce((SELECT max(position) FROM inbox), 0),"
          + " coalesce((SELECT max(last_position) FROM gap), 0))";

  private InboxTable() {}

  static ImmutableList<InboxMessage> append(Sql sql, List<InboxMessage> messages)
      throws SQLException {
    ImmutableList.Builder<InboxMessage> fresh = ImmutableList.builder();
    long bytes = 0;
    for (InboxMessage message : messages) {
      int inserted =
          sql.update(
              INSERT,
              message.position(),
              message.from().key(),
              message.id().bytes(),
              message.sentAt().toEpochMilli(),
              message.receivedAt().toEpochMilli(),
              code(message.path()),
              message.contentType(),
              message.body());
      if (inserted > 0) {
        fresh.add(message);
        bytes += message.weight();
        WordIndex.add(sql, message.position(), message.contentType(), message.body());
      }
    }
    RetentionTable.addBytes(sql, bytes);
    return fresh.build();
  }

  /** What a consumer has not acknowledged. */
  static ImmutableList<InboxMessage> page(Sql sql, String consumer, long after, PageLimit limit)
      throws SQLException {
    Page<InboxMessage> page = new Page<>(limit);
    sql.query(
        PAGE,
        row -> {
          InboxMessage message = message(row);
          return page.add(message, message.weight());
        },
        consumer,
        after,
        limit.maxMessages());
    return page.toList();
  }

  /** By sender, what lies after one position, up to another. */
  static ImmutableMap<PeerId, Count> count(Sql sql, long after, long upTo) throws SQLException {
    return counts(sql, COUNT, after, upTo);
  }

  /** The same, but for what a consumer has acknowledged. */
  static ImmutableMap<PeerId, Count> countOf(Sql sql, String consumer, long after, long upTo)
      throws SQLException {
    return counts(sql, COUNT_OF, consumer, after, upTo);
  }

  private static ImmutableMap<PeerId, Count> counts(Sql sql, String query, Object... arguments)
      throws SQLException {
    ImmutableMap.Builder<PeerId, Count> counts = ImmutableMap.builder();
    sql.query(
        query,
        row -> {
          counts.put(PeerId.of(row.getBytes(1)), new Count(row.getLong(2), row.getLong(3)));
          return true;
        },
        arguments);
    return counts.buildOrThrow();
  }

  static ImmutableList<DueReceipt> ofSender(
      Sql sql, PeerId sender, long after, long upTo, int maxCount) throws SQLException {
    ImmutableList.Builder<DueReceipt> due = ImmutableList.builder();
    sql.query(
        OF_SENDER,
        row -> {
          due.add(new DueReceipt(row.getLong(1), MessageId.of(row.getBytes(2))));
          return true;
        },
        sender.key(),
        after,
        upTo,
        maxCount);
    return due.build();
  }

  static long lastPosition(Sql sql) throws SQLException {
    return sql.number(LAST);
  }

  static InboxMessage message(ResultSet row) throws SQLException {
    return new InboxMessage(
        row.getLong(1),
        MessageId.of(row.getBytes(3)),
        PeerId.of(row.getBytes(2)),
        row.getString(7),
        ByteString.copyFrom(row.getBytes(8)),
        Instant.ofEpochMilli(row.getLong(4)),
        Instant.ofEpochMilli(row.getLong(5)),
        path(row.getInt(6)));
  }

  private static int code(LinkPath.Kind path) {
    return switch (path) {
      case DIRECT -> 0;
      case RELAY -> 1;
      case TURN -> 2;
    };
  }

  private static LinkPath.Kind path(int code) throws SQLException {
    return switch (code) {
      case 0 -> LinkPath.Kind.DIRECT;
      case 1 -> LinkPath.Kind.RELAY;
      case 2 -> LinkPath.Kind.TURN;
      default -> throw new SQLException("the inbox names a path of kind " + code);
    };
  }

  /** Messages of one sender: how many, and where the last one is. */
  record Count(long count, long lastPosition) {}
}
