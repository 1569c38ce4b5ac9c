package dev.parley.store;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import dev.parley.files.FileStore;
import dev.parley.files.StoredTransfer;
import dev.parley.files.Transfer.Direction;
import dev.parley.files.TransferId;
import dev.parley.files.TransferState;
import dev.parley.proto.id.PeerId;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Transfers of files in SQLite. */
final class SqliteFiles implements FileStore {
  private static final String COLUMNS =
      "id, peer, direction, state, told, names, bytes, entries, left_out, directory, done_bytes,"
          + " done_entries, wire_bytes, problem, created_at, ended_at";
  private static final String ALL =
      "SELECT " + COLUMNS + " FROM file_transfer ORDER BY created_at, id";
  private static final String PUT =
      "INSERT OR REPLACE INTO file_transfer ("
          + COLUMNS
          + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
  private static final String REMOVE = "DELETE FROM file_transfer WHERE id = ?";
  private static final long WEIGHT = 2_048;

  /** Is in no name of a file. */
  private static final char AFTER_NAME = '\0';

  private final Writer writer;
  private final Reader reader;

  SqliteFiles(Writer writer, Reader reader) {
    this.writer = writer;
    this.reader = reader;
  }

  @Override
  public CompletionStage<ImmutableList<StoredTransfer>> load() {
    return reader.read(
        sql -> {
          ImmutableList.Builder<StoredTransfer> all = ImmutableList.builder();
          sql.query(
              ALL,
              row -> {
                all.add(read(row));
                return true;
              });
          return all.build();
        });
  }

  @Override
  public CompletionStage<Void> put(StoredTransfer transfer) {
    StringBuilder names = new StringBuilder();
    transfer.content().names().forEach(name -> names.append(name).append(AFTER_NAME));
    return writer
        .write(
            WEIGHT,
            sql ->
                sql.update(
                    PUT,
                    transfer.id().bytes(),
                    transfer.peer().key(),
                    transfer.direction() == Direction.OUTGOING ? 1 : 2,
                    code(transfer.state()),
                    transfer.told() ? 1 : 0,
                    names.toString(),
                    transfer.content().bytes(),
                    transfer.content().entries(),
                    transfer.content().leftOut(),
                    transfer.directory().map(Path::toString).orElse(null),
                    transfer.done().bytes(),
                    transfer.done().entries(),
                    transfer.done().wireBytes(),
                    transfer.problem(),
                    transfer.createdAt().toEpochMilli(),
                    transfer.endedAt().map(Instant::toEpochMilli).orElse(null)))
        .thenAccept(rows -> {});
  }

  @Override
  public CompletionStage<Void> remove(List<TransferId> ids) {
    return writer
        .write(
            WEIGHT,
            sql -> {
              for (TransferId id : ids) {
                sql.update(REMOVE, id.bytes());
              }
              return ids.size();
            })
        .thenAccept(rows -> {});
  }

  private static StoredTransfer read(ResultSet row) throws SQLException {
    return new StoredTransfer(
        new TransferId(ByteString.copyFrom(row.getBytes(1))),
        PeerId.of(row.getBytes(2)),
        row.getInt(3) == 1 ? Direction.OUTGOING : Direction.INCOMING,
        state(row.getInt(4)),
        row.getInt(5) != 0,
        new StoredTransfer.Content(
            names(row.getString(6)), row.getLong(7), row.getInt(8), row.getInt(9)),
        Optional.ofNullable(row.getString(10)).map(Path::of),
        new StoredTransfer.Done(row.getLong(11), row.getInt(12), row.getLong(13)),
        row.getString(14),
        Instant.ofEpochMilli(row.getLong(15)),
        Rows.time(row, 16));
  }

  private static ImmutableList<String> names(String stored) {
    List<String> names = Splitter.on(AFTER_NAME).splitToList(stored);
    return ImmutableList.copyOf(names.subList(0, names.size() - 1));
  }

  /** On disk the numbers stay what they are, whatever becomes of the enum. */
  private static int code(TransferState state) {
    return switch (state) {
      case OFFERED -> 1;
      case QUEUED, ACTIVE, PAUSED -> 2;
      case DELIVERED -> 3;
      case REFUSED -> 4;
      case CANCELLED -> 5;
      case FAILED -> 6;
    };
  }

  private static TransferState state(int code) throws SQLException {
    return switch (code) {
      case 1 -> TransferState.OFFERED;
      case 2 -> TransferState.QUEUED;
      case 3 -> TransferState.DELIVERED;
      case 4 -> TransferState.REFUSED;
      case 5 -> TransferState.CANCELLED;
      case 6 -> TransferState.FAILED;
      default -> throw new SQLException("a transfer in the database has no state " + code);
    };
  }
}
