package dev.parley.store;

import java.sql.SQLException;
import java.time.Instant;

/** Messages after a salvage: what was deleted is deleted again, and what is counted is counted. */
final class MessageRepair {
  private static final String[] WHAT_WAS_DELETED = {
    "DELETE FROM outbox WHERE message_id IN (SELECT message_id FROM sent)",
    "DELETE FROM inbox WHERE EXISTS (SELECT 1 FROM tombstone t"
        + " WHERE t.sender = inbox.sender AND t.message_id = inbox.message_id)",
    "DELETE FROM client_send WHERE message_id NOT IN"
        + " (SELECT message_id FROM outbox UNION ALL SELECT message_id FROM sent)",
  };

  /** A mark of a message that will not be left has no use: it would keep later ones from it. */
  private static final String HIGHEST =
      "SELECT max(?1, coalesce((SELECT max(position) FROM inbox), 0),"
          + " coalesce((SELECT max(position) FROM outbox), 0),"
          + " coalesce((SELECT max(position) FROM sent), 0),"
          + " coalesce((SELECT max(cursor, handed_up_to) FROM consumer"
          + " ORDER BY max(cursor, handed_up_to) DESC LIMIT 1), 0),"
          + " coalesce((SELECT max(due_up_to) FROM receipts), 0),"
          + " coalesce((SELECT max(last_position) FROM gap), 0),"
          + " coalesce((SELECT max(position) FROM acknowledged), 0),"
          + " coalesce((SELECT max(deposited_up_to) FROM correspondent), 0),"
          + " coalesce((SELECT max(highest_dropped) FROM retention), 0))";

  private static final String CLOCK = "SELECT max(clock) FROM retention";
  private static final String SET_RETENTION =
      "INSERT INTO retention VALUES (?,"
          + " (SELECT coalesce(sum(length(body) + 256), 0) FROM inbox)"
          + " + (SELECT coalesce(sum(coalesce(length(body), 0) + 256), 0) FROM sent), ?)";
  private static final String[] WORDS = {
    "DELETE FROM words",
    "INSERT INTO words (rowid, text) SELECT position, CAST(body AS TEXT) FROM inbox"
        + " WHERE content_type LIKE 'text/%'",
    "INSERT OR IGNORE INTO words (rowid, text) SELECT position, CAST(body AS TEXT) FROM outbox"
        + " WHERE content_type LIKE 'text/%'",
    "INSERT OR IGNORE INTO words (rowid, text) SELECT position, CAST(body AS TEXT) FROM sent"
        + " WHERE content_type LIKE 'text/%' AND body IS NOT NULL",
  };

  private final Sql sql;

  MessageRepair(Sql sql) {
    this.sql = sql;
  }

  /**
   * Runs.
   *
   * @param highest position of which an index tells
   */
  void run(long highest, Instant now) throws SQLException {
    for (String delete : WHAT_WAS_DELETED) {
      sql.update(delete);
    }
    long last = sql.number(HIGHEST, highest);
    long clock = sql.number(CLOCK);
    sql.update("DELETE FROM retention");
    sql.update(SET_RETENTION, last + NodeRepair.LEAP, clock == 0 ? now.toEpochMilli() : clock);
    for (String statement : WORDS) {
      sql.update(statement);
    }
  }
}
