package dev.parley.store;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.protobuf.ByteString;
import dev.parley.store.page.PageScan;
import dev.parley.store.page.Row;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts what a scan finds into a new database. */
final class RowLoader implements PageScan.Visitor {
  /** A page that was freed may hold an older version of the same row. */
  private static final ImmutableMap<String, String> NEWEST =
      ImmutableMap.of(
          "consumer",
          "INSERT INTO consumer VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
              + " cursor = max(cursor, excluded.cursor),"
              + " handed_up_to = max(handed_up_to, excluded.handed_up_to)",
          "receipts",
          "INSERT INTO receipts VALUES (?, ?, ?, ?) ON CONFLICT (author) DO UPDATE SET"
              + " due_up_to = max(due_up_to, excluded.due_up_to),"
              + " taken_up_to = max(taken_up_to, excluded.taken_up_to)");

  private final Taker taker;
  private final @Nullable Sql target;
  private @Nullable SQLException failure;

  /** Does something with a row. */
  private interface Taker {
    void take(Row row) throws SQLException;
  }

  /** Inserts rows that fit. */
  RowLoader(Sql sql, ImmutableList<Shape> shapes) {
    this.target = sql;
    this.taker = row -> insert(sql, shapes, row);
  }

  /** Hands all of them on. */
  RowLoader(Salvage.Repair repair) {
    this.target = null;
    this.taker = repair::look;
  }

  /** Removes the rows that a new schema begins with. */
  void empty() throws SQLException {
    if (target == null) {
      return;
    }
    for (String table : ImmutableList.of("consumer", "retention")) {
      if (target.number("SELECT count(*) FROM sqlite_master WHERE name = ?", table) > 0) {
        target.update("DELETE FROM " + table);
      }
    }
  }

  @Override
  public void row(Row row) {
    if (failure != null) {
      return;
    }
    try {
      taker.take(row);
    } catch (SQLException e) {
      // Of the new database: a full disk, say. Told when the scan is over.
      failure = e;
    }
  }

  void rethrow() throws SQLException {
    if (failure != null) {
      throw failure;
    }
  }

  private static void insert(Sql sql, ImmutableList<Shape> shapes, Row row) throws SQLException {
    Optional<Shape> fit = shapes.stream().filter(shape -> shape.fits(row)).findFirst();
    if (fit.isEmpty()) {
      return;
    }
    @Nullable Object[] values = new @Nullable Object[row.values().size()];
    for (int i = 0; i < values.length; i++) {
      Object value = row.values().get(i);
      values[i] = value instanceof byte[] bytes ? ByteString.copyFrom(bytes) : value;
    }
    if (fit.get().hasKeyInRowId()) {
      values[0] = row.rowId();
    }
    sql.update(NEWEST.getOrDefault(fit.get().name(), fit.get().insert()), values);
  }
}
