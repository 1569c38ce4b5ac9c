package dev.parley.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.mailbox.PrekeySchedule;
import dev.parley.mailbox.PublicPrekey;
import dev.parley.peer.v1.SignedPrekey;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.mailbox.MailStore.Keys;
import dev.parley.relay.mailbox.MailStore.Outcome;
import dev.parley.relay.mailbox.MailStore.Publication;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The prekeys that owners have published. */
final class PrekeyTable {
  private static final String SET_MEDIUM_TERM =
      "UPDATE mailbox SET medium_term = ?, use_until = ? WHERE owner = ?";
  private static final String MEDIUM_TERM =
      "SELECT medium_term FROM mailbox WHERE owner = ? AND use_until > ?";
  private static final String ADD =
      "INSERT OR IGNORE INTO one_time (owner, prekey_id, use_until, prekey) VALUES (?, ?, ?, ?)";
  private static final String COUNT =
      "SELECT count(*) FROM one_time WHERE owner = ? AND use_until > ?";
  private static final String FIRST =
      "SELECT prekey_id, prekey FROM one_time WHERE owner = ? AND use_until > ?"
          + " ORDER BY use_until LIMIT 1";
  private static final String REMOVE = "DELETE FROM one_time WHERE owner = ? AND prekey_id = ?";
  private static final String PURGE_OF_OWNER =
      "DELETE FROM one_time WHERE owner = ? AND use_until <= ?";
  private static final String PURGE = "DELETE FROM one_time WHERE use_until <= ?";

  private PrekeyTable() {}

  static Outcome publish(Sql sql, PeerId owner, Publication keys, Instant now) throws SQLException {
    if (!MailboxTable.visit(sql, owner, now)) {
      return Outcome.NOT_ALLOWED;
    }
    if (keys.mediumTerm().isPresent()) {
      PublicPrekey key = keys.mediumTerm().get();
      sql.update(
          SET_MEDIUM_TERM, key.signed().toByteString(), key.useUntil().toEpochMilli(), owner.key());
    }
    sql.update(PURGE_OF_OWNER, owner.key(), now.toEpochMilli());
    int room = PrekeySchedule.ONE_TIME_KEYS - count(sql, owner, now);
    for (PublicPrekey key : keys.oneTime()) {
      if (room <= 0) {
        break;
      }
      room -=
          sql.update(
              ADD,
              owner.key(),
              key.id().value(),
              key.useUntil().toEpochMilli(),
              key.signed().toByteString());
    }
    return Outcome.TAKEN;
  }

  static int count(Sql sql, PeerId owner, Instant now) throws SQLException {
    return (int) sql.number(COUNT, owner.key(), now.toEpochMilli());
  }

  static Keys take(Sql sql, PeerId owner, Instant now) throws SQLException {
    Found mediumTerm = new Found();
    sql.query(
        MEDIUM_TERM, row -> mediumTerm.take(0, row.getBytes(1)), owner.key(), now.toEpochMilli());
    Found oneTime = new Found();
    sql.query(
        FIRST,
        row -> oneTime.take(row.getLong(1), row.getBytes(2)),
        owner.key(),
        now.toEpochMilli());
    if (oneTime.key != null) {
      sql.update(REMOVE, owner.key(), oneTime.id);
    }
    return new Keys(Optional.ofNullable(mediumTerm.key), Optional.ofNullable(oneTime.key));
  }

  static void purge(Sql sql, Instant now) throws SQLException {
    sql.update(PURGE, now.toEpochMilli());
  }

  /** The one row of a query. */
  private static final class Found {
    long id;
    @Nullable SignedPrekey key;

    boolean take(long id, byte[] bytes) throws SQLException {
      this.id = id;
      try {
        key = SignedPrekey.parseFrom(ByteString.copyFrom(bytes));
      } catch (InvalidProtocolBufferException e) {
        throw new SQLException("a prekey in the database is none", e);
      }
      return false;
    }
  }
}
