package dev.parley.store;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.protobuf.ByteString;
import dev.parley.messaging.MessageStore.DueMessage;
import dev.parley.messaging.MessageStore.PageLimit;
import dev.parley.messaging.OutboxMessage;
import dev.parley.messaging.StoredState.WaitingOutbox;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Messages of ours that wait. */
final class OutboxTable {
  private static final String INSERT =
      "INSERT INTO outbox"
          + " (position, recipient, message_id, accepted_at, expires_at, content_type, body)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?)";
  private static final String PAGE =
      "SELECT position, message_id, accepted_at, content_type, body, expires_at FROM outbox"
          + " WHERE recipient = ? AND position > ? ORDER BY position LIMIT ?";
  private static final String DUE =
      "SELECT position, recipient, message_id FROM outbox"
          + " WHERE expires_at <= ? ORDER BY expires_at LIMIT ?";
  private static final String NEXT_EXPIRY =
      "SELECT min(expires_at) FROM outbox WHERE expires_at IS NOT NULL";
  private static final String WAITING =
      "SELECT recipient, count(*), max(position) FROM outbox GROUP BY recipient";

  private OutboxTable() {}

  static void append(Sql sql, List<OutboxMessage> messages) throws SQLException {
    for (OutboxMessage message : messages) {
      sql.update(
          INSERT,
          message.position(),
          message.to().key(),
          message.id().bytes(),
          message.acceptedAt().toEpochMilli(),
          message.expiresAt().map(Instant::toEpochMilli).orElse(null),
          message.contentType(),
          message.body());
      WordIndex.add(sql, message.position(), message.contentType(), message.body());
    }
  }

  static ImmutableList<DueMessage> due(Sql sql, Instant now, int max) throws SQLException {
    ImmutableList.Builder<DueMessage> due = ImmutableList.builder();
    sql.query(
        DUE,
        row -> {
          due.add(
              new DueMessage(
                  row.getLong(1), PeerId.of(row.getBytes(2)), MessageId.of(row.getBytes(3))));
          return true;
        },
        now.toEpochMilli(),
        max);
    return due.build();
  }

  static Optional<Instant> nextExpiry(Sql sql) throws SQLException {
    long next = sql.number(NEXT_EXPIRY);
    return next == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(next));
  }

  static ImmutableList<OutboxMessage> page(Sql sql, PeerId peer, long after, PageLimit limit)
      throws SQLException {
    Page<OutboxMessage> page = new Page<>(limit);
    sql.query(
        PAGE,
        row -> {
          OutboxMessage message = message(row, peer);
          return page.add(message, message.weight());
        },
        peer.key(),
        after,
        limit.maxMessages());
    return page.toList();
  }

  static ImmutableMap<PeerId, WaitingOutbox> waiting(Sql sql) throws SQLException {
    ImmutableMap.Builder<PeerId, WaitingOutbox> waiting = ImmutableMap.builder();
    sql.query(
        WAITING,
        row -> {
          waiting.put(
              PeerId.of(row.getBytes(1)), new WaitingOutbox(row.getLong(2), row.getLong(3)));
          return true;
        });
    return waiting.buildOrThrow();
  }

  private static OutboxMessage message(ResultSet row, PeerId peer) throws SQLException {
    return new OutboxMessage(
        row.getLong(1),
        MessageId.of(row.getBytes(2)),
        peer,
        row.getString(4),
        ByteString.copyFrom(row.getBytes(5)),
        Instant.ofEpochMilli(row.getLong(3)),
        Rows.time(row, 6),
        Optional.empty());
  }
}
