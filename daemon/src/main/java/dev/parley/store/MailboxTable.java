package dev.parley.store;

import com.google.common.collect.ImmutableSet;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.mailbox.CapabilityHash;
import dev.parley.relay.mailbox.MailStore.Outcome;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;

/** Who has a mailbox, and who may leave mail in it. */
final class MailboxTable {
  private static final String SEEN = "UPDATE mailbox SET seen_at = ? WHERE owner = ?";
  private static final String COUNT = "SELECT count(*) FROM mailbox";
  private static final String MAKE = "INSERT INTO mailbox (owner, seen_at) VALUES (?, ?)";
  private static final String FORBID_ALL = "DELETE FROM capability WHERE owner = ?";
  private static final String ALLOW = "INSERT INTO capability VALUES (?, ?)";
  private static final String IS_ALLOWED =
      "SELECT count(*) FROM capability WHERE owner = ? AND hash = ?";
  private static final String PURGE = "DELETE FROM mailbox WHERE seen_at < ?";

  private static final String AGES = "SELECT clock FROM ages";
  private static final String SET_AGES = "UPDATE ages SET clock = ?";

  private MailboxTable() {}

  static Outcome allow(
      Sql sql,
      PeerId owner,
      ImmutableSet<CapabilityHash> capabilities,
      int maxMailboxes,
      Instant now)
      throws SQLException {
    if (!visit(sql, owner, now)) {
      if (sql.number(COUNT) >= maxMailboxes) {
        return Outcome.RELAY_FULL;
      }
      sql.update(MAKE, owner.key(), now.toEpochMilli());
    }
    sql.update(FORBID_ALL, owner.key());
    for (CapabilityHash capability : capabilities) {
      sql.update(ALLOW, owner.key(), capability.bytes());
    }
    return Outcome.TAKEN;
  }

  /**
   * Notes that the owner is here.
   *
   * @return whether it has a mailbox
   */
  static boolean visit(Sql sql, PeerId owner, Instant now) throws SQLException {
    return sql.update(SEEN, now.toEpochMilli(), owner.key()) > 0;
  }

  static boolean isAllowed(Sql sql, PeerId owner, CapabilityHash capability) throws SQLException {
    return sql.number(IS_ALLOWED, owner.key(), capability.bytes()) > 0;
  }

  /** Lets the clock of ages follow the machine's by a step at most, and tells it. */
  static Instant advanceAges(Sql sql, Instant now, Duration step) throws SQLException {
    long before = sql.number(AGES);
    long latest = before == 0 ? Long.MAX_VALUE : before + step.toMillis();
    long ages = Math.max(before, Math.min(now.toEpochMilli(), latest));
    if (ages != before) {
      sql.update(SET_AGES, ages);
    }
    return Instant.ofEpochMilli(ages);
  }

  /** With all that is in them. */
  static void purge(Sql sql, Instant seenBefore) throws SQLException {
    sql.update(PURGE, seenBefore.toEpochMilli());
  }
}
