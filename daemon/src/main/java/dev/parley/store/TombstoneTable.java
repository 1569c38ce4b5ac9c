package dev.parley.store;

import com.google.protobuf.ByteString;
import dev.parley.proto.id.PeerId;
import java.sql.SQLException;
import java.time.Duration;

/**
 * The ids of messages that arrived and were dropped, so that they are known as duplicates when
 * their sender, who may have missed our acknowledgement, sends them once more.
 */
final class TombstoneTable {
  /** A sender that has been away for longer and missed the acknowledgement delivers twice. */
  static final Duration KEPT_FOR = Duration.ofDays(365);

  /** Some 90 bytes each; beyond it the oldest go. */
  static final int MAX_TOMBSTONES = 5_000_000;

  private static final String ADD =
      "INSERT OR IGNORE INTO tombstone (sender, message_id, dropped_at) VALUES (?, ?, ?)";
  private static final String LAST = "SELECT max(number) FROM tombstone";
  private static final String PRUNE =
      "DELETE FROM tombstone WHERE number IN (SELECT number FROM"
          + " (SELECT number, dropped_at FROM tombstone ORDER BY number LIMIT ?3)"
          + " WHERE dropped_at < ?1 OR number <= ?2)";

  private TombstoneTable() {}

  static void add(Sql sql, PeerId sender, ByteString id, long droppedAt) throws SQLException {
    sql.update(ADD, sender.key(), id, droppedAt);
  }

  /** Removes some that are too old or too many; more than one slice of retention adds. */
  static void prune(Sql sql, long clock, int slice) throws SQLException {
    prune(sql, clock - KEPT_FOR.toMillis(), MAX_TOMBSTONES, 4 * slice);
  }

  static void prune(Sql sql, long before, int max, int atMost) throws SQLException {
    sql.update(PRUNE, before, sql.number(LAST) - max, atMost);
  }
}
