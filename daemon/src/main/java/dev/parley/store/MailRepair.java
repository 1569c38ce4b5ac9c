package dev.parley.store;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.peer.v1.SignedPrekey;
import dev.parley.store.page.Row;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A relay's mailboxes after a salvage. */
final class MailRepair implements Salvage.Repair {
  private static final String HAS_LETTER = "SELECT count(*) FROM letter WHERE number = ?";

  /** Letters and capabilities outlive the row of their owner. */
  private static final String MAKE_OWNERS =
      "INSERT OR IGNORE INTO mailbox (owner, seen_at)"
          + " SELECT owner, ?1 FROM letter UNION SELECT owner, ?1 FROM capability";

  private static final String MEDIUM_TERMS =
      "SELECT rowid, medium_term FROM (SELECT owner AS rowid, medium_term FROM mailbox"
          + " WHERE medium_term IS NOT NULL)";
  private static final String FORGET_MEDIUM_TERM =
      "UPDATE mailbox SET medium_term = NULL, use_until = 0 WHERE owner = ?";

  private final Sql sql;
  private long highest;
  private long lost;

  MailRepair(Sql sql) {
    this.sql = sql;
  }

  @Override
  public void look(Row row) throws SQLException {
    List<?> values = row.values();
    if (values.size() != 2 || !(values.get(1) instanceof Long number) || !Shape.isRowId(number)) {
      return;
    }
    if (row.table() && "letter".equals(values.get(0))) {
      // sqlite_sequence: the highest number that was ever given.
      highest = Math.max(highest, number);
    } else if (!row.table() && Shape.Column.KEY.takes(values.get(0))) {
      // letter_by_place
      highest = Math.max(highest, number);
      lost += sql.number(HAS_LETTER, number) == 0 ? 1 : 0;
    }
  }

  @Override
  public Salvage.Outcome finish(Damage damage, Instant now) throws SQLException {
    sql.update(MAKE_OWNERS, now.toEpochMilli());
    forgetBrokenKeys();
    long given = Math.max(highest, sql.number("SELECT max(number) FROM letter"));
    sql.update("DELETE FROM sqlite_sequence WHERE name = 'letter'");
    sql.update("INSERT INTO sqlite_sequence VALUES ('letter', ?)", given + NodeRepair.LEAP);
    ImmutableList.Builder<String> missing = ImmutableList.builder();
    if (lost > 0) {
      missing.add(lost + " letters; their senders keep them until the recipient has them");
    }
    damage.tell(missing);
    return new Salvage.Outcome(
        ImmutableMap.of(
            "mailboxes", sql.number("SELECT count(*) FROM mailbox"),
            "letters", sql.number("SELECT count(*) FROM letter")),
        missing.build());
  }

  private void forgetBrokenKeys() throws SQLException {
    List<com.google.protobuf.ByteString> broken = new ArrayList<>();
    sql.query(
        MEDIUM_TERMS,
        row -> {
          try {
            SignedPrekey.parseFrom(row.getBytes(2));
          } catch (InvalidProtocolBufferException e) {
            broken.add(com.google.protobuf.ByteString.copyFrom(row.getBytes(1)));
          }
          return true;
        });
    for (com.google.protobuf.ByteString owner : broken) {
      sql.update(FORGET_MEDIUM_TERM, owner);
    }
  }
}
