package dev.parley.store;

import com.google.common.collect.ImmutableMap;
import com.google.protobuf.ByteString;
import dev.parley.messaging.ConsumerName;
import dev.parley.messaging.InboxGap;
import dev.parley.messaging.MessageStore.DropRequest;
import dev.parley.messaging.MessageStore.Dropped;
import dev.parley.proto.id.PeerId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Drops what is not to be kept, and remembers what the rest of parley must know of it. */
final class RetentionTable {
  /** What a row takes besides its body; as {@code InboxMessage.weight} has it. */
  static final int OVERHEAD_BYTES = 256;

  private static final String ADD_BYTES = "UPDATE retention SET bytes = bytes + ?";
  private static final String BYTES = "SELECT bytes FROM retention";
  private static final String CLOCK = "SELECT clock FROM retention";
  private static final String SET_CLOCK = "UPDATE retention SET clock = ?";
  private static final String NOTE_DROPPED =
      "UPDATE retention SET highest_dropped = max(highest_dropped, ?)";

  /** The oldest of both directions; of the inbox only what somebody has read. */
  private static final String OLDEST =
      "SELECT * FROM (SELECT 1 AS incoming, position, sender AS peer, message_id,"
          + " received_at AS at, length(body) AS size FROM inbox"
          + " WHERE position <= (SELECT max(cursor) FROM consumer) ORDER BY position LIMIT ?1)"
          + " UNION ALL SELECT * FROM (SELECT 0, position, recipient, message_id,"
          + " coalesce(accepted_at, ended_at), coalesce(length(body), 0) FROM sent"
          + " ORDER BY position LIMIT ?1)"
          + " ORDER BY position LIMIT ?1";

  private static final String DROP_INBOX = "DELETE FROM inbox WHERE position = ?";
  private static final String DROP_SENT = "DELETE FROM sent WHERE position = ?";
  private static final String DROP_CLIENT_SEND = "DELETE FROM client_send WHERE message_id = ?";
  private static final String BEHIND = "SELECT name, cursor FROM consumer WHERE cursor < ?";
  private static final String IS_ACKNOWLEDGED =
      "SELECT count(*) FROM acknowledged WHERE consumer = ? AND position = ?";
  private static final String FORGET_SINGLES = "DELETE FROM acknowledged WHERE position <= ?";
  private static final String WIDEN_GAP =
      "INSERT INTO gap VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (consumer) DO UPDATE SET"
          + " last_position = excluded.last_position, count = count + excluded.count,"
          + " last_at = max(last_at, excluded.last_at)";
  private static final String GAP =
      "SELECT first_position, last_position, count, first_at, last_at FROM gap WHERE consumer = ?";
  private static final String HIGHEST =
      "SELECT max(highest_dropped, coalesce((SELECT max(position) FROM inbox), 0),"
          + " coalesce((SELECT max(position) FROM outbox), 0),"
          + " coalesce((SELECT max(position) FROM sent), 0),"
          + " coalesce((SELECT max(handed_up_to) FROM consumer), 0),"
          + " coalesce((SELECT max(cursor) FROM consumer), 0),"
          + " coalesce((SELECT max(due_up_to) FROM receipts), 0)) FROM retention";

  private RetentionTable() {}

  static void addBytes(Sql sql, long bytes) throws SQLException {
    if (bytes != 0) {
      sql.update(ADD_BYTES, bytes);
    }
  }

  /** The highest position that was ever given, as far as anything on disk tells. */
  static long highestPosition(Sql sql) throws SQLException {
    return sql.number(HIGHEST);
  }

  /** By which ages are measured; empty before it was first set. */
  static Optional<Instant> clock(Sql sql) throws SQLException {
    long clock = sql.number(CLOCK);
    return clock == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(clock));
  }

  static Optional<InboxGap> gap(Sql sql, String consumer) throws SQLException {
    List<InboxGap> gap = new ArrayList<>();
    sql.query(
        GAP,
        row ->
            gap.add(
                new InboxGap(
                    row.getLong(1),
                    row.getLong(2),
                    row.getLong(3),
                    Instant.ofEpochMilli(row.getLong(4)),
                    Instant.ofEpochMilli(row.getLong(5)))),
        consumer);
    return gap.stream().findFirst();
  }

  static Dropped drop(Sql sql, DropRequest request) throws SQLException {
    long clock = advanceClock(sql, request);
    long oldest = request.maxAge().map(age -> clock - age.toMillis()).orElse(Long.MIN_VALUE);
    long excess = sql.number(BYTES) - request.maxBytes().orElse(Long.MAX_VALUE);
    List<Old> all = oldest(sql, request.maxMessages());
    List<Old> drop = new ArrayList<>();
    Set<Boolean> stopped = new HashSet<>();
    long freed = 0;
    for (Old message : all) {
      // Of each direction from its beginning: what a gap spans is gone, all of it.
      if (!stopped.contains(message.incoming) && (freed < excess || message.at < oldest)) {
        drop.add(message);
        freed += message.weight();
      } else {
        stopped.add(message.incoming);
      }
    }
    for (Old message : drop) {
      remove(sql, message, clock);
    }
    addBytes(sql, -freed);
    boolean more = !drop.isEmpty() && all.size() == request.maxMessages();
    TombstoneTable.prune(sql, clock, request.maxMessages());
    return new Dropped(drop.size(), more, overtake(sql, drop));
  }

  private static long advanceClock(Sql sql, DropRequest request) throws SQLException {
    long now = request.now().toEpochMilli();
    long before = sql.number(CLOCK);
    long clock = before == 0 ? now : Math.min(now, before + request.clockStep().toMillis());
    if (clock != before) {
      sql.update(SET_CLOCK, clock);
    }
    return clock;
  }

  private static List<Old> oldest(Sql sql, int max) throws SQLException {
    List<Old> oldest = new ArrayList<>();
    sql.query(
        OLDEST,
        row ->
            oldest.add(
                new Old(
                    row.getBoolean(1),
                    row.getLong(2),
                    PeerId.of(row.getBytes(3)),
                    ByteString.copyFrom(row.getBytes(4)),
                    row.getLong(5),
                    row.getLong(6))),
        max);
    return oldest;
  }

  private static void remove(Sql sql, Old message, long clock) throws SQLException {
    WordIndex.remove(sql, message.position);
    if (message.incoming) {
      TombstoneTable.add(sql, message.peer, message.id, clock);
      sql.update(DROP_INBOX, message.position);
    } else {
      sql.update(DROP_CLIENT_SEND, message.id);
      sql.update(DROP_SENT, message.position);
    }
    sql.update(NOTE_DROPPED, message.position);
  }

  /** Notes for every consumer what it has lost. */
  private static ImmutableMap<ConsumerName, ImmutableMap<PeerId, Long>> overtake(
      Sql sql, List<Old> dropped) throws SQLException {
    List<Old> incoming = dropped.stream().filter(Old::incoming).toList();
    if (incoming.isEmpty()) {
      return ImmutableMap.of();
    }
    long last = incoming.get(incoming.size() - 1).position;
    Map<String, Long> behind = new HashMap<>();
    sql.query(
        BEHIND,
        row -> {
          behind.put(row.getString(1), row.getLong(2));
          return true;
        },
        last);
    ImmutableMap.Builder<ConsumerName, ImmutableMap<PeerId, Long>> unread = ImmutableMap.builder();
    for (Map.Entry<String, Long> consumer : behind.entrySet()) {
      List<Old> lost = lost(sql, consumer.getKey(), consumer.getValue(), incoming);
      if (!lost.isEmpty()) {
        widenGap(sql, consumer.getKey(), lost);
        unread.put(new ConsumerName(consumer.getKey()), bySender(lost));
      }
    }
    sql.update(FORGET_SINGLES, last);
    return unread.buildOrThrow();
  }

  private static List<Old> lost(Sql sql, String consumer, long cursor, List<Old> incoming)
      throws SQLException {
    List<Old> lost = new ArrayList<>();
    for (Old message : incoming) {
      if (message.position > cursor
          && sql.number(IS_ACKNOWLEDGED, consumer, message.position) == 0) {
        lost.add(message);
      }
    }
    return lost;
  }

  private static void widenGap(Sql sql, String consumer, List<Old> lost) throws SQLException {
    Old first = lost.get(0);
    Old last = lost.get(lost.size() - 1);
    sql.update(WIDEN_GAP, consumer, first.position, last.position, lost.size(), first.at, last.at);
  }

  private static ImmutableMap<PeerId, Long> bySender(List<Old> lost) {
    Map<PeerId, Long> counts = new HashMap<>();
    lost.forEach(message -> counts.merge(message.peer, 1L, Long::sum));
    return ImmutableMap.copyOf(counts);
  }

  /** A message that may be dropped. */
  private record Old(
      boolean incoming, long position, PeerId peer, ByteString id, long at, long size) {
    long weight() {
      return size + OVERHEAD_BYTES;
    }
  }
}
