package dev.parley.store;

import dev.parley.messaging.ConsumerName;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Consumers after a salvage: who has read how far, and who is to be told what is lost. */
final class ConsumerRepair {
  /** A receipt has been due for everything that somebody has read. */
  private static final String FRONTIER_BY_RECEIPTS =
      "SELECT coalesce(max(due_up_to), 0) FROM receipts";

  private static final String ADD_DEFAULT =
      "INSERT OR IGNORE INTO consumer VALUES ('default', ?1, ?1)";
  private static final String KNOWN = "SELECT name FROM consumer";
  private static final String FORGET = "DELETE FROM consumer WHERE name = ?";
  private static final String FORGET_STRAY_SINGLES =
      "DELETE FROM acknowledged WHERE consumer NOT IN (SELECT name FROM consumer)"
          + " OR position <= (SELECT cursor FROM consumer WHERE name = consumer)";
  private static final String FORGET_STRAY_GAPS =
      "DELETE FROM gap WHERE consumer NOT IN (SELECT name FROM consumer)"
          + " OR last_position <= (SELECT cursor FROM consumer WHERE name = consumer)";

  /** The first rule of {@link NodeRepair}. */
  private static final String BURY =
      "INSERT OR IGNORE INTO tombstone (sender, message_id, dropped_at)"
          + " SELECT sender, message_id, ? FROM lost"
          + " WHERE position <= (SELECT max(cursor) FROM consumer)"
          + " OR position IN (SELECT position FROM acknowledged)";

  /** An id begins with 48 bits of milliseconds: when it was sent is the best that is known. */
  private static final String LOST_TO =
      "SELECT count(*) FROM lost WHERE position > ?2 AND NOT EXISTS (SELECT 1 FROM acknowledged a"
          + " WHERE a.consumer = ?1 AND a.position = lost.position)";

  private static final String CURSOR = "SELECT cursor FROM consumer WHERE name = ?";
  private static final String HAS_GAP = "SELECT count(*) FROM gap WHERE consumer = ?";
  private static final String WIDEN =
      "UPDATE gap SET count = count + ?, last_at = max(last_at, ?) WHERE consumer = ?";
  private static final String ADD_GAP = "INSERT INTO gap VALUES (?1, ?2, ?2, ?3, ?4, ?4)";

  private final Sql sql;

  ConsumerRepair(Sql sql) {
    this.sql = sql;
  }

  /**
   * Runs.
   *
   * @param damaged whether there may be losses of which nothing tells
   * @return whether the consumers themselves are lost
   */
  boolean run(Instant now, boolean damaged) throws SQLException {
    for (String name : names()) {
      if (!isName(name)) {
        sql.update(FORGET, name);
      }
    }
    boolean lost = names().isEmpty();
    sql.update(ADD_DEFAULT, lost ? sql.number(FRONTIER_BY_RECEIPTS) : 0L);
    sql.update(FORGET_STRAY_SINGLES);
    sql.update(FORGET_STRAY_GAPS);
    sql.update(BURY, now.toEpochMilli());
    for (String name : names()) {
      long gone = sql.number(LOST_TO, name, sql.number(CURSOR, name));
      if (gone > 0 || damaged || lost) {
        tell(name, gone, now.toEpochMilli());
      }
    }
    return lost;
  }

  /**
   * A gap is told before all that waits, and leaves out the messages that it spans. What is lost
   * lies scattered among what is kept, so this one spans the last message that was acknowledged
   * already: the cursor goes back by one, and is where it was when the gap is acknowledged.
   */
  private void tell(String consumer, long count, long now) throws SQLException {
    if (sql.number(HAS_GAP, consumer) > 0) {
      sql.update(WIDEN, count, now, consumer);
      return;
    }
    long cursor = sql.number(CURSOR, consumer);
    sql.update(ADD_GAP, consumer, cursor, count, now);
    sql.update("UPDATE consumer SET cursor = cursor - 1 WHERE name = ?", consumer);
    sql.update(
        "INSERT OR IGNORE INTO acknowledged SELECT ?, position FROM inbox WHERE position = ?",
        consumer,
        cursor);
  }

  private List<String> names() throws SQLException {
    List<String> names = new ArrayList<>();
    sql.query(KNOWN, row -> names.add(row.getString(1)));
    return names;
  }

  private static boolean isName(String text) {
    try {
      return new ConsumerName(text).name().equals(text);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
