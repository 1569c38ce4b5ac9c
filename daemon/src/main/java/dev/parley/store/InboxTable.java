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
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
  private static final String PAGE =
      "SELECT position, sender, message_id, sent_at, received_at, path, content_type, body"
          + " FROM inbox WHERE position > ? ORDER BY position LIMIT ?";
  private static final String COUNT =
      "SELECT sender, count(*), max(position) FROM inbox"
          + " WHERE position > ? AND position <= ? GROUP BY sender";
  private static final String OF_SENDER =
      "SELECT position, message_id FROM inbox"
          + " WHERE sender = ? AND position > ? AND position <= ? ORDER BY position LIMIT ?";
  private static final String LAST = "SELECT max(position) FROM inbox";

  private InboxTable() {}

  static ImmutableList<InboxMessage> append(Sql sql, List<InboxMessage> messages)
      throws SQLException {
    ImmutableList.Builder<InboxMessage> fresh = ImmutableList.builder();
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
      }
    }
    return fresh.build();
  }

  static ImmutableList<InboxMessage> page(Sql sql, long after, PageLimit limit)
      throws SQLException {
    Page<InboxMessage> page = new Page<>(limit);
    sql.query(
        PAGE,
        row -> {
          InboxMessage message = message(row);
          return page.add(message, message.weight());
        },
        after,
        limit.maxMessages());
    return page.toList();
  }

  /** By sender, what lies after one position, up to another. */
  static ImmutableMap<PeerId, Count> count(Sql sql, long after, long upTo) throws SQLException {
    ImmutableMap.Builder<PeerId, Count> counts = ImmutableMap.builder();
    sql.query(
        COUNT,
        row -> {
          counts.put(PeerId.of(row.getBytes(1)), new Count(row.getLong(2), row.getLong(3)));
          return true;
        },
        after,
        upTo);
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

  private static InboxMessage message(ResultSet row) throws SQLException {
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
