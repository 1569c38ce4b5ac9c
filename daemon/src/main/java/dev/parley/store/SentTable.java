package dev.parley.store;

import com.google.common.collect.ImmutableSet;
import dev.parley.messaging.MessageState;
import dev.parley.messaging.MessageStore.DueMessage;
import dev.parley.messaging.MessageStore.OutboxEnd;
import dev.parley.messaging.MessageStore.OutboxFailure;
import dev.parley.messaging.MessageStore.SentRun;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/**
 * Messages of ours that have left the outbox, and how.
 *
 * <p>A peer's messages mostly leave it in order, so a few range statements end hundreds of them.
 */
final class SentTable {
  private static final String MOVE =
      "INSERT INTO sent (position, recipient, message_id, state, accepted_at, sent_at, ended_at,"
          + " read_at, expires_at, problem, content_type, body)"
          + " SELECT position, recipient, message_id, CASE WHEN read_at IS NULL THEN ? ELSE ? END,"
          + " accepted_at, ?, ?, read_at, expires_at, ?, content_type, body FROM outbox";
  private static final String RANGE = " WHERE recipient = ? AND position <= ?";
  private static final String ONE = " WHERE recipient = ? AND message_id = ?";
  private static final String MOVE_RANGE = MOVE + RANGE;
  private static final String MOVE_ONE = MOVE + ONE;
  private static final String BYTES = "SELECT sum(length(body) + 256) FROM outbox";
  private static final String BYTES_RANGE = BYTES + RANGE;
  private static final String BYTES_ONE = BYTES + ONE;
  private static final String REMOVE_RANGE = "DELETE FROM outbox" + RANGE;
  private static final String REMOVE_ONE = "DELETE FROM outbox" + ONE;
  private static final String FAIL =
      "UPDATE sent SET state = ?, problem = ?"
          + " WHERE message_id = ? AND recipient = ? AND state = ?";
  private static final String READ_SENT =
      "UPDATE sent SET state = ?, read_at = ?"
          + " WHERE message_id = ? AND recipient = ? AND state IN (?, ?)";
  private static final String READ_WAITING =
      "UPDATE outbox SET read_at = ? WHERE message_id = ? AND recipient = ?";

  private static final int DELIVERED = code(MessageState.DELIVERED);
  private static final int READ = code(MessageState.READ);
  private static final int EXPIRED = code(MessageState.EXPIRED);

  private SentTable() {}

  /** Returns how many messages left the outbox. */
  static int end(Sql sql, PeerId peer, OutboxEnd end, Instant at) throws SQLException {
    long now = at.toEpochMilli();
    RetentionTable.addBytes(sql, sql.number(BYTES_RANGE, peer.key(), end.upTo()));
    int left = 0;
    for (SentRun run : end.runs()) {
      Long written = run.at().map(Instant::toEpochMilli).orElse(null);
      long upTo = Math.min(run.upTo(), end.upTo());
      sql.update(MOVE_RANGE, DELIVERED, READ, written, now, null, peer.key(), upTo);
      left += sql.update(REMOVE_RANGE, peer.key(), upTo);
    }
    sql.update(MOVE_RANGE, DELIVERED, READ, null, now, null, peer.key(), end.upTo());
    left += sql.update(REMOVE_RANGE, peer.key(), end.upTo());
    for (OutboxFailure failure : end.failures()) {
      sql.update(
          FAIL,
          code(failure.state()),
          failure.problem(),
          failure.id().bytes(),
          peer.key(),
          DELIVERED);
    }
    return left;
  }

  static ImmutableSet<MessageId> expire(
      Sql sql, List<DueMessage> messages, String problem, Instant at) throws SQLException {
    ImmutableSet.Builder<MessageId> expired = ImmutableSet.builder();
    long now = at.toEpochMilli();
    for (DueMessage message : messages) {
      Object[] one = {message.peer().key(), message.id().bytes()};
      RetentionTable.addBytes(sql, sql.number(BYTES_ONE, one));
      sql.update(MOVE_ONE, EXPIRED, READ, null, now, problem, one[0], one[1]);
      if (sql.update(REMOVE_ONE, one) > 0) {
        expired.add(message.id());
      }
    }
    return expired.build();
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

  static MessageState state(int code) throws SQLException {
    return switch (code) {
      case 2 -> MessageState.DELIVERED;
      case 3 -> MessageState.READ;
      case 4 -> MessageState.EXPIRED;
      case 5 -> MessageState.FAILED;
      default -> throw new SQLException("a sent message has the state " + code);
    };
  }
}
