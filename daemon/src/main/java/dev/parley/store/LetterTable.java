package dev.parley.store;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import dev.parley.config.RelayConfig.MailboxLimits;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.mailbox.CapabilityHash;
import dev.parley.relay.mailbox.Letter;
import dev.parley.relay.mailbox.MailStore.Outcome;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** Sealed messages at rest. */
final class LetterTable {
  private static final String INSERT =
      "INSERT INTO letter (owner, hash, deposited_at, size, sealed) VALUES (?, ?, ?, ?, ?)";
  private static final String COUNT = "SELECT count(*) FROM letter WHERE owner = ?";
  private static final String COUNT_BY_CAPABILITY =
      "SELECT count(*) FROM letter WHERE owner = ? AND hash = ?";
  private static final String BYTES = "SELECT sum(size) FROM letter WHERE owner = ?";
  private static final String PAGE =
      "SELECT number, deposited_at, sealed FROM letter INDEXED BY letter_by_place"
          + " WHERE owner = ? AND number > ? ORDER BY number LIMIT ?";
  private static final String REMOVE = "DELETE FROM letter WHERE owner = ? AND number = ?";
  private static final String PURGE = "DELETE FROM letter WHERE deposited_at < ?";

  /** Of the file without its free pages: what the disk is asked for, the indexes included. */
  private static final String USED_BYTES =
      "SELECT (pages.page_count - free.freelist_count) * size.page_size"
          + " FROM pragma_page_count AS pages, pragma_freelist_count AS free,"
          + " pragma_page_size AS size";

  private LetterTable() {}

  static Outcome deposit(
      Sql sql,
      PeerId owner,
      CapabilityHash capability,
      ByteString sealed,
      MailboxLimits limits,
      Instant now)
      throws SQLException {
    if (sql.number(COUNT_BY_CAPABILITY, owner.key(), capability.bytes())
        >= limits.maxMessagesPerDepositor()) {
      return Outcome.DEPOSITOR_FULL;
    }
    if (count(sql, owner) >= limits.maxMessagesPerRecipient()
        || sql.number(BYTES, owner.key()) + sealed.size() > limits.maxBytesPerRecipient()) {
      return Outcome.MAILBOX_FULL;
    }
    if (sql.number(USED_BYTES) + sealed.size() > limits.maxTotalBytes()) {
      return Outcome.RELAY_FULL;
    }
    sql.update(INSERT, owner.key(), capability.bytes(), now.toEpochMilli(), sealed.size(), sealed);
    return Outcome.TAKEN;
  }

  static long count(Sql sql, PeerId owner) throws SQLException {
    return sql.number(COUNT, owner.key());
  }

  static ImmutableList<Letter> page(Sql sql, PeerId owner, long after, int maxLetters, int maxBytes)
      throws SQLException {
    Page<Letter> page = new Page<>(maxLetters, maxBytes);
    sql.query(
        PAGE,
        row -> {
          ByteString sealed = ByteString.copyFrom(row.getBytes(3));
          return page.add(
              new Letter(row.getLong(1), Instant.ofEpochMilli(row.getLong(2)), sealed),
              sealed.size());
        },
        owner.key(),
        after,
        maxLetters);
    return page.toList();
  }

  static int remove(Sql sql, PeerId owner, List<Long> numbers) throws SQLException {
    int removed = 0;
    for (Long number : numbers) {
      removed += sql.update(REMOVE, owner.key(), number);
    }
    return removed;
  }

  static int purge(Sql sql, Instant depositedBefore) throws SQLException {
    return sql.update(PURGE, depositedBefore.toEpochMilli());
  }
}
