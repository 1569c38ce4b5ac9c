package dev.parley.store;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.protobuf.ByteString;
import dev.parley.store.page.Row;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node's database after a salvage. Two rules decide about a message that had arrived and is lost,
 * but whose id an index still tells:
 *
 * <ul>
 *   <li>Somebody had acknowledged it: its id becomes a tombstone. Should its sender send it once
 *       more, it is a duplicate.
 *   <li>Nobody had: no tombstone. Should its sender still have it, it arrives again, and nobody has
 *       seen it twice.
 * </ul>
 *
 * In both cases every consumer that had not acknowledged it is told of a gap.
 */
final class NodeRepair implements Salvage.Repair {
  /**
   * By so much positions go on beyond the highest that is known. Higher ones may have been given,
   * and none may be given twice.
   */
  static final long LEAP = 1L << 20;

  private static final String MAKE_LOST =
      "CREATE TEMP TABLE lost (sender BLOB, message_id BLOB, position INTEGER,"
          + " PRIMARY KEY (sender, message_id)) WITHOUT ROWID";
  private static final String ADD_LOST = "INSERT OR IGNORE INTO lost VALUES (?, ?, ?)";
  private static final String IN_INBOX =
      "SELECT count(*) FROM inbox WHERE sender = ? AND message_id = ?";
  private static final String IN_TOMBSTONE =
      "SELECT count(*) FROM tombstone WHERE sender = ? AND message_id = ?";
  private static final String ADD_TOMBSTONE =
      "INSERT OR IGNORE INTO tombstone (sender, message_id, dropped_at)"
          + " VALUES (?, ?, (SELECT coalesce(max(clock), 0) FROM retention))";
  private static final String IS_OURS =
      "SELECT (SELECT count(*) FROM outbox WHERE message_id = ?1)"
          + " + (SELECT count(*) FROM sent WHERE message_id = ?1)";
  private static final String MAKE_OURS =
      "CREATE TEMP TABLE lost_of_ours (message_id BLOB PRIMARY KEY) WITHOUT ROWID";
  private static final String ADD_OURS = "INSERT OR IGNORE INTO lost_of_ours VALUES (?)";
  private static final String ADD_NAMED =
      "INSERT OR IGNORE INTO contact (peer, name, added_at, record)"
          + " VALUES (?, ?, ?, zeroblob(0))";

  private final Sql sql;
  private final boolean hadMail;
  private final List<Seen> ofPage = new ArrayList<>();
  private final List<String> withoutRecord = new ArrayList<>();
  private int page;
  private long highest;
  private boolean prepared;

  NodeRepair(Sql sql, int version) {
    this.sql = sql;
    this.hadMail = version >= 3;
  }

  /** An entry of one of the two indexes by sender and id. */
  private record Seen(ByteString sender, ByteString id, long number) {}

  private void prepare() throws SQLException {
    if (!prepared) {
      prepared = true;
      sql.update(MAKE_LOST);
      sql.update(MAKE_OURS);
    }
  }

  @Override
  public void look(Row row) throws SQLException {
    prepare();
    if (row.page() != page) {
      judge();
      page = row.page();
    }
    List<@Nullable Object> values = row.values();
    if (row.table() || values.size() < 2 || values.size() > 3) {
      return;
    }
    Object last = values.get(values.size() - 1);
    if (last instanceof Long number && !Shape.isRowId(number)) {
      return;
    }
    if (Shape.Column.KEY.takes(values.get(0)) && last instanceof Long number) {
      if (values.size() == 3 && Shape.Column.ID.takes(values.get(1))) {
        ofPage.add(new Seen(bytes(values.get(0)), bytes(values.get(1)), number));
      } else {
        highest = Math.max(highest, number);
      }
    } else if (values.size() == 2 && Shape.Column.ID.takes(values.get(0)) && last instanceof Long) {
      if (sql.number(IS_OURS, bytes(values.get(0))) == 0) {
        sql.update(ADD_OURS, bytes(values.get(0)));
      }
    } else if (values.get(0) instanceof String name && Shape.Column.KEY.takes(last)) {
      named(name, bytes(last));
    }
  }

  /** The index of contacts by name is enough to keep one, if without addresses. */
  private void named(String name, ByteString peer) throws SQLException {
    if (sql.update(ADD_NAMED, peer, name, 0L) > 0) {
      withoutRecord.add(name);
    }
  }

  /**
   * The entries of one page are all of the inbox or all of the tombstones, which the file does not
   * tell; those whose rows are there do.
   */
  private void judge() throws SQLException {
    List<Seen> neither = new ArrayList<>();
    int inbox = 0;
    int tombstones = 0;
    for (Seen seen : ofPage) {
      boolean kept = sql.number(IN_INBOX, seen.sender, seen.id) > 0;
      boolean dropped = sql.number(IN_TOMBSTONE, seen.sender, seen.id) > 0;
      inbox += kept ? 1 : 0;
      tombstones += dropped ? 1 : 0;
      if (!kept && !dropped) {
        neither.add(seen);
      }
    }
    for (Seen seen : neither) {
      if (tombstones > inbox) {
        sql.update(ADD_TOMBSTONE, seen.sender, seen.id);
      } else {
        highest = Math.max(highest, seen.number);
        sql.update(ADD_LOST, seen.sender, seen.id, seen.number);
      }
    }
    ofPage.clear();
  }

  @Override
  public Salvage.Outcome finish(Damage damage, Instant now) throws SQLException {
    prepare();
    judge();
    boolean consumersLost = new ConsumerRepair(sql).run(now, damage.any());
    new MessageRepair(sql).run(highest, now);
    PrekeyRepair.run(sql);
    ImmutableList.Builder<String> missing = ImmutableList.builder();
    long lost = sql.number("SELECT count(*) FROM lost");
    if (lost > 0) {
      missing.add(lost + " messages that had arrived; consumers that had not read them are told");
    }
    long ours = sql.number("SELECT count(*) FROM lost_of_ours");
    if (ours > 0) {
      missing.add(ours + " messages that were sent, or waited for their peer");
    }
    if (!withoutRecord.isEmpty()) {
      missing.add(
          "the addresses of "
              + String.join(", ", withoutRecord.subList(0, Math.min(20, withoutRecord.size())))
              + (withoutRecord.size() > 20 ? " and others" : "")
              + ": add them again with new tickets");
    }
    if (consumersLost) {
      missing.add("how far the consumers had read");
    }
    if (hadMail
        && damage.any()
        && sql.number("SELECT count(*) FROM correspondent") > 0
        && sql.number("SELECT count(*) FROM prekey") == 0) {
      missing.add("the keys of mail: what waits at a relay comes when its sender is there");
    }
    damage.tell(missing);
    return new Salvage.Outcome(saved(), missing.build());
  }

  private ImmutableMap<String, Long> saved() throws SQLException {
    return ImmutableMap.of(
        "contacts", sql.number("SELECT count(*) FROM contact"),
        "waiting", sql.number("SELECT count(*) FROM outbox"),
        "received", sql.number("SELECT count(*) FROM inbox"),
        "sent", sql.number("SELECT count(*) FROM sent"),
        "consumers", sql.number("SELECT count(*) FROM consumer"),
        "services", sql.number("SELECT count(*) FROM service"),
        "forwards", sql.number("SELECT count(*) FROM forward"));
  }

  private static ByteString bytes(@Nullable Object value) {
    return ByteString.copyFrom((byte[]) java.util.Objects.requireNonNull(value));
  }
}
