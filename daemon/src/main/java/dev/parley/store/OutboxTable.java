package dev.parley.store;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.protobuf.ByteString;
import dev.parley.messaging.MessageState;
import dev.parley.messaging.MessageStore.OutboxFailure;
import dev.parley.messaging.MessageStore.PageLimit;
import dev.parley.messaging.OutboxMessage;
import dev.parley.messaging.StoredState.WaitingOutbox;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/**
 * Messages of ours: those that wait, and what became of the others.
 *
 * <p>A peer's messages leave the outbox in order, so one pair of range statements ends hundreds of
 * them.
 */
final class OutboxTable {
  private static final String INSERT =
      "INSERT INTO outbox (position, recipient, message_id, accepted_at, content_type, body)"
          + " VALUES (?, ?, ?, ?, ?, ?)";
  private static final String PAGE =
      "SELECT position, message_id, accepted_at, content_type, body FROM outbox"
          + " WHERE recipient = ? AND position > ? ORDER BY position LIMIT ?";
  private static final String KEEP_STATES =
      "INSERT INTO sent (message_id, recipient, state, changed_at)"
          + " SELECT message_id, recipient, CASE WHEN read_at IS NULL THEN ? ELSE ? END,"
          + " coalesce(read_at, ?) FROM outbox WHERE recipient = ? AND position <= ?";
  private static final String REMOVE = "DELETE FROM outbox WHERE recipient = ? AND position <= ?";
  private static final String FAIL =
      "UPDATE sent SET state = ?, changed_at = ?, problem = ?"
          + " WHERE message_id = ? AND recipient = ? AND state = ?";
  private static final String READ_SENT =
      "UPDATE sent SET state = ?, changed_at = ?"
          + " WHERE message_id = ? AND recipient = ? AND state IN (?, ?)";
  private static final String READ_WAITING =
      "UPDATE outbox SET read_at = ? WHERE message_id = ? AND recipient = ?";
  private static final String WAITING =
      "SELECT recipient, count(*), max(position) FROM outbox GROUP BY recipient";
  private static final String LAST = "SELECT max(position) FROM outbox";

  private static final int DELIVERED = code(MessageState.DELIVERED);
  private static final int READ = code(MessageState.READ);
  private static final int FAILED = code(MessageState.FAILED);

  private OutboxTable() {}

  static void append(Sql sql, List<OutboxMessage> messages) throws SQLException {
    for (OutboxMessage message : messages) {
      sql.update(
          INSERT,
          message.position(),
          message.to().key(),
          message.id().bytes(),
          message.acceptedAt().toEpochMilli(),
          message.contentType(),
          message.body());
    }
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

  static void end(Sql sql, PeerId peer, long upTo, List<OutboxFailure> failures, Instant at)
      throws SQLException {
    long now = at.toEpochMilli();
    sql.update(KEEP_STATES, DELIVERED, READ, now, peer.key(), upTo);
    sql.update(REMOVE, peer.key(), upTo);
    for (OutboxFailure failure : failures) {
      sql.update(FAIL, FAILED, now, failure.problem(), failure.id().bytes(), peer.key(), DELIVERED);
    }
  }

  static ImmutableSet<MessageId> markRead(Sql sql, PeerId peer, List<MessageId> ids, Instant at)
      throws SQLException {
    ImmutableSet.Builder<MessageId> ours = ImmutableSet.builder();
    long now = at.toEpochMilli();
    for (MessageId id : ids) {
      // A receipt may overtake the acknowledgement: they come on different streams.
      if (sql.update(READ_SENT, READ, now, id.bytes(), peer.key(), DELIVERED, READ) > 0
          || sql.update(READ_WAITING, now, id.bytes(), peer.key()) > 0) {
        ours.add(id);
      }
    }
    return ours.build();
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

  static long lastPosition(Sql sql) throws SQLException {
    return sql.number(LAST);
  }

  private static OutboxMessage message(ResultSet row, PeerId peer) throws SQLException {
    return new OutboxMessage(
        row.getLong(1),
        MessageId.of(row.getBytes(2)),
        peer,
        row.getString(4),
        ByteString.copyFrom(row.getBytes(5)),
        Instant.ofEpochMilli(row.getLong(3)));
  }

  /** On disk the numbers stay what they are, whatever becomes of the enum. */
  private static int code(MessageState state) {
    return switch (state) {
      case QUEUED -> 0;
      case SENT -> 1;
      case DELIVERED -> 2;
      case READ -> 3;
      case EXPIRED -> 4;
      case FAILED -> 5;
    };
  }
}
