package dev.parley.store;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.mail.MailBook;
import dev.parley.mailbox.OwnPrekey;
import dev.parley.mailbox.PrekeyId;
import dev.parley.mailbox.PrekeyKind;
import dev.parley.mailbox.Prekeys;
import dev.parley.mailbox.PublicPrekey;
import dev.parley.peer.v1.SignedPrekey;
import dev.parley.proto.id.PeerId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Prekeys and tokens of a node. */
final class SqliteMailBook implements MailBook {
  private static final String CORRESPONDENTS =
      "SELECT peer, given, received, deposited_up_to FROM correspondent";
  private static final String PUT_GIVEN =
      "INSERT INTO correspondent (peer, given) VALUES (?, ?)"
          + " ON CONFLICT (peer) DO UPDATE SET given = excluded.given";
  private static final String PUT_RECEIVED =
      "INSERT INTO correspondent (peer, received) VALUES (?, ?)"
          + " ON CONFLICT (peer) DO UPDATE SET received = excluded.received";
  private static final String PUT_DEPOSITED =
      "UPDATE correspondent SET deposited_up_to = ? WHERE peer = ?";
  private static final String FORGET = "DELETE FROM correspondent WHERE peer = ?";
  private static final String PREKEYS = "SELECT id, signed, seed, replaced_at FROM prekey";
  private static final String PREKEY = PREKEYS + " WHERE id = ?";
  private static final String ADD =
      "INSERT INTO prekey (id, kind, signed, seed) VALUES (?, ?, ?, ?)";
  private static final String REPLACE =
      "UPDATE prekey SET replaced_at = ? WHERE kind = ? AND replaced_at IS NULL";

  /** A deleted row leaves its bytes in the page; an overwritten one does not. */
  private static final String OVERWRITE = "UPDATE prekey SET seed = zeroblob(32) WHERE id = ?";

  private static final String DELETE = "DELETE FROM prekey WHERE id = ?";
  private static final long WEIGHT = 2_048;

  private final Writer writer;
  private final Reader reader;

  SqliteMailBook(Writer writer, Reader reader) {
    this.writer = writer;
    this.reader = reader;
  }

  @Override
  public CompletionStage<ImmutableMap<PeerId, Correspondent>> correspondents() {
    return reader.read(
        sql -> {
          ImmutableMap.Builder<PeerId, Correspondent> all = ImmutableMap.builder();
          sql.query(
              CORRESPONDENTS,
              row -> {
                all.put(
                    PeerId.of(row.getBytes(1)),
                    new Correspondent(
                        optional(row.getBytes(2)), optional(row.getBytes(3)), row.getLong(4)));
                return true;
              });
          return all.buildOrThrow();
        });
  }

  @Override
  public CompletionStage<Void> putGiven(PeerId peer, ByteString token) {
    return change(sql -> sql.update(PUT_GIVEN, peer.key(), token));
  }

  @Override
  public CompletionStage<Void> putReceived(PeerId peer, ByteString token) {
    return change(sql -> sql.update(PUT_RECEIVED, peer.key(), token));
  }

  @Override
  public CompletionStage<Void> putDeposited(PeerId peer, long upTo) {
    return change(sql -> sql.update(PUT_DEPOSITED, upTo, peer.key()));
  }

  @Override
  public CompletionStage<Void> forget(PeerId peer) {
    return change(sql -> sql.update(FORGET, peer.key()));
  }

  @Override
  public CompletionStage<Optional<Instant>> ages() {
    return reader.read(RetentionTable::clock);
  }

  @Override
  public CompletionStage<ImmutableList<Kept>> prekeys() {
    return reader.read(sql -> kept(sql, PREKEYS));
  }

  @Override
  public CompletionStage<Optional<OwnPrekey>> prekey(PrekeyId id) {
    return reader.read(sql -> kept(sql, PREKEY, id.value()).stream().map(Kept::own).findFirst());
  }

  @Override
  public CompletionStage<Void> addPrekeys(List<OwnPrekey> prekeys) {
    return change(
        sql -> {
          for (OwnPrekey prekey : prekeys) {
            add(sql, prekey);
          }
          return prekeys.size();
        });
  }

  @Override
  public CompletionStage<Void> replaceMediumTerm(OwnPrekey prekey, Instant now) {
    return change(
        sql -> {
          sql.update(REPLACE, now.toEpochMilli(), code(PrekeyKind.MEDIUM_TERM));
          return add(sql, prekey);
        });
  }

  @Override
  public CompletionStage<Void> destroy(List<PrekeyId> ids) {
    return change(
        sql -> {
          int destroyed = 0;
          for (PrekeyId id : ids) {
            sql.update(OVERWRITE, id.value());
            destroyed += sql.update(DELETE, id.value());
          }
          return destroyed;
        });
  }

  private static int add(Sql sql, OwnPrekey own) throws SQLException {
    PublicPrekey key = own.prekey();
    return sql.update(
        ADD, key.id().value(), code(key.kind()), key.signed().toByteString(), own.seed());
  }

  private static ImmutableList<Kept> kept(Sql sql, String query, Object... arguments)
      throws SQLException {
    ImmutableList.Builder<Kept> all = ImmutableList.builder();
    sql.query(
        query,
        row -> {
          all.add(kept(row));
          return true;
        },
        arguments);
    return all.build();
  }

  private static Kept kept(ResultSet row) throws SQLException {
    PublicPrekey key;
    try {
      key =
          Prekeys.read(SignedPrekey.parseFrom(row.getBytes(2)))
              .orElseThrow(() -> new SQLException("a prekey in the database is none"));
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("a prekey in the database is none", e);
    }
    ByteString seed = ByteString.copyFrom(row.getBytes(3));
    long replacedAt = row.getLong(4);
    // Of the column read last.
    boolean newest = row.wasNull();
    return new Kept(
        new OwnPrekey(key, seed),
        newest ? Optional.empty() : Optional.of(Instant.ofEpochMilli(replacedAt)));
  }

  private static Optional<ByteString> optional(byte @Nullable [] bytes) {
    return Optional.ofNullable(bytes).map(ByteString::copyFrom);
  }

  private CompletionStage<Void> change(Sql.Work<Integer> change) {
    return writer.write(WEIGHT, change).thenAccept(rows -> {});
  }

  /** On disk the numbers stay what they are, whatever becomes of the enum. */
  private static int code(PrekeyKind kind) {
    return switch (kind) {
      case MEDIUM_TERM -> 1;
      case ONE_TIME -> 2;
    };
  }
}
