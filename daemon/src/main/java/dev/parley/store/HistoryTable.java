package dev.parley.store;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import dev.parley.messaging.HistoryPage;
import dev.parley.messaging.HistoryQuery;
import dev.parley.messaging.KeptMessage;
import dev.parley.messaging.MessageProgress;
import dev.parley.messaging.MessageState;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was sent and received, read backward. Runs on the reader's thread, so a page is bounded. */
final class HistoryTable {
  /** Rows looked at for one page of a search or a span of time; the caller goes on from there. */
  static final int MAX_LOOKED_AT = 4_096;

  /** Rows of each table in memory at a time, of up to 64 KiB. */
  private static final int CHUNK = 64;

  private static final long MAX_PAGE_BYTES = 2L << 20;

  private static final String SENT_COLUMNS =
      "position, recipient, message_id, state, accepted_at, sent_at, ended_at, read_at, expires_at,"
          + " problem, content_type, body";
  private static final String WAITING_COLUMNS =
      "position, recipient, message_id, 0, accepted_at, NULL, NULL, read_at, expires_at, NULL,"
          + " content_type, body";
  private static final String FROM_INBOX = "SELECT " + InboxTable.COLUMNS + " FROM inbox WHERE ";
  private static final String FROM_SENT = "SELECT " + SENT_COLUMNS + " FROM sent WHERE ";
  private static final String FROM_OUTBOX = "SELECT " + WAITING_COLUMNS + " FROM outbox WHERE ";
  private static final String AT = "position = ?";
  private static final String BY_ID = "message_id = ?";
  private static final String BEFORE =
      "position < ? AND position > 0 ORDER BY position DESC LIMIT ?";

  /** Sender by sender, as the index has them. */
  private static final String INBOX_BY_ID =
      "WITH RECURSIVE author (sender) AS (SELECT min(sender) FROM inbox UNION ALL"
          + " SELECT (SELECT min(i.sender) FROM inbox i WHERE i.sender > author.sender) FROM author"
          + " WHERE author.sender IS NOT NULL) SELECT "
          + InboxTable.COLUMNS
          + " FROM author CROSS JOIN inbox USING (sender) WHERE message_id = ?";

  private static final String WORDS =
      "SELECT rowid FROM words WHERE words MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?";

  private HistoryTable() {}

  static Optional<KeptMessage> find(Sql sql, MessageId id) throws SQLException {
    Optional<KeptMessage.Sent> sent = findSent(sql, id);
    return sent.isPresent()
        ? Optional.of(sent.get())
        : first(sql, INBOX_BY_ID, HistoryTable::received, id.bytes());
  }

  static Optional<KeptMessage.Sent> findSent(Sql sql, MessageId id) throws SQLException {
    Optional<KeptMessage> found = first(sql, FROM_OUTBOX + BY_ID, HistoryTable::sent, id.bytes());
    if (found.isEmpty()) {
      found = first(sql, FROM_SENT + BY_ID, HistoryTable::sent, id.bytes());
    }
    return found.map(KeptMessage.Sent.class::cast);
  }

  static HistoryPage page(Sql sql, HistoryQuery query) throws SQLException {
    Selection selection = new Selection(query);
    String words = WordIndex.query(query.words());
    if (!words.isEmpty()) {
      search(sql, words, query.before(), selection);
    } else if (query.words().isBlank()) {
      browse(sql, query, selection);
    }
    return selection.page();
  }

  private static void search(Sql sql, String words, long before, Selection selection)
      throws SQLException {
    List<Long> found = new ArrayList<>();
    sql.query(WORDS, row -> found.add(row.getLong(1)), words, before, MAX_LOOKED_AT);
    for (long position : found) {
      Optional<KeptMessage> message = at(sql, position);
      if (message.isPresent() && !selection.offer(message.get())) {
        return;
      }
    }
    if (found.size() == MAX_LOOKED_AT) {
      selection.stopAt(found.get(found.size() - 1));
    }
  }

  /** Three tables, each in order, merged; in chunks, since most of a span of time may not fit. */
  private static void browse(Sql sql, HistoryQuery query, Selection selection) throws SQLException {
    int chunk = Math.min(query.limit() + 1, CHUNK);
    long before = query.before();
    for (int looked = 0; looked < MAX_LOOKED_AT; looked += chunk) {
      List<KeptMessage> merged = chunk(sql, query.peer(), before, chunk);
      for (KeptMessage message : merged) {
        before = message.position();
        if (!selection.offer(message)) {
          return;
        }
      }
      if (merged.size() < chunk) {
        return;
      }
    }
    selection.stopAt(before);
  }

  private static List<KeptMessage> chunk(Sql sql, Optional<PeerId> peer, long before, int max)
      throws SQLException {
    List<KeptMessage> all = new ArrayList<>();
    read(sql, FROM_INBOX, "sender = ? AND ", HistoryTable::received, all, peer, before, max);
    read(sql, FROM_OUTBOX, "recipient = ? AND ", HistoryTable::sent, all, peer, before, max);
    read(sql, FROM_SENT, "recipient = ? AND ", HistoryTable::sent, all, peer, before, max);
    all.sort(Comparator.comparingLong(KeptMessage::position).reversed());
    return all.subList(0, Math.min(all.size(), max));
  }

  private static void read(
      Sql sql,
      String from,
      String ofPeer,
      Mapper mapper,
      List<KeptMessage> into,
      Optional<PeerId> peer,
      long before,
      int max)
      throws SQLException {
    Sql.RowReader reader = row -> into.add(mapper.map(row));
    if (peer.isPresent()) {
      sql.query(from + ofPeer + BEFORE, reader, peer.get().key(), before, max);
    } else {
      sql.query(from + BEFORE, reader, before, max);
    }
  }

  private static Optional<KeptMessage> at(Sql sql, long position) throws SQLException {
    Optional<KeptMessage> found = first(sql, FROM_INBOX + AT, HistoryTable::received, position);
    if (found.isEmpty()) {
      found = first(sql, FROM_SENT + AT, HistoryTable::sent, position);
    }
    return found.isPresent() ? found : first(sql, FROM_OUTBOX + AT, HistoryTable::sent, position);
  }

  private static Optional<KeptMessage> first(Sql sql, String query, Mapper mapper, Object argument)
      throws SQLException {
    List<KeptMessage> found = new ArrayList<>();
    sql.query(
        query,
        row -> {
          found.add(mapper.map(row));
          return false;
        },
        argument);
    return found.stream().findFirst();
  }

  private static KeptMessage received(ResultSet row) throws SQLException {
    return new KeptMessage.Received(InboxTable.message(row));
  }

  private static KeptMessage sent(ResultSet row) throws SQLException {
    int code = row.getInt(4);
    MessageState state = code == 0 ? MessageState.QUEUED : SentTable.state(code);
    Optional<Instant> ended = Rows.time(row, 7);
    boolean failed = state == MessageState.FAILED || state == MessageState.EXPIRED;
    @Nullable String problem = row.getString(10);
    byte @Nullable [] body = row.getBytes(12);
    return new KeptMessage.Sent(
        row.getLong(1),
        MessageId.of(row.getBytes(3)),
        PeerId.of(row.getBytes(2)),
        body == null
            ? Optional.empty()
            : Optional.of(new KeptMessage.Content(row.getString(11), ByteString.copyFrom(body))),
        new MessageProgress(
            state,
            Rows.time(row, 5),
            Rows.time(row, 6),
            failed ? Optional.empty() : ended,
            Rows.time(row, 8),
            failed ? ended : Optional.empty(),
            Rows.time(row, 9),
            problem == null ? "" : problem));
  }

  private static long size(KeptMessage message) {
    if (message instanceof KeptMessage.Received received) {
      return received.message().weight();
    }
    return ((KeptMessage.Sent) message).content().map(it -> it.body().size()).orElse(0) + 256L;
  }

  /** A row as a message. */
  private interface Mapper {
    KeptMessage map(ResultSet row) throws SQLException;
  }

  /** What fits the query, until the page is full. */
  private static final class Selection {
    private final HistoryQuery query;
    private final ImmutableList.Builder<KeptMessage> chosen = ImmutableList.builder();
    private int count;
    private long bytes;
    private long last;
    private long next;

    Selection(HistoryQuery query) {
      this.query = query;
    }

    /**
     * @return whether more is wanted
     */
    boolean offer(KeptMessage message) {
      if (!fits(message)) {
        return true;
      }
      if (count == query.limit() || (count > 0 && bytes + size(message) > MAX_PAGE_BYTES)) {
        next = last;
        return false;
      }
      chosen.add(message);
      count++;
      bytes += size(message);
      last = message.position();
      return true;
    }

    /** Enough was looked at. */
    void stopAt(long position) {
      next = position;
    }

    HistoryPage page() {
      return new HistoryPage(chosen.build(), next);
    }

    private boolean fits(KeptMessage message) {
      Instant at = at(message);
      return query.peer().filter(peer -> !peer.equals(message.peer())).isEmpty()
          && query.since().filter(at::isBefore).isEmpty()
          && query.until().filter(at::isAfter).isEmpty();
    }

    private static Instant at(KeptMessage message) {
      return message instanceof KeptMessage.Received received
          ? received.message().receivedAt()
          : ((KeptMessage.Sent) message).progress().queuedAt().orElse(Instant.EPOCH);
    }
  }
}
