package dev.parley.store;

import com.google.common.collect.ImmutableList;
import dev.parley.store.page.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * By what a record is known as a row of a table, when nothing else tells whose it is: its columns
 * in the order in which SQLite writes them.
 *
 * @param name the table's
 * @param rowIds whether it has row ids; then the first column, the primary key, is one
 */
record Shape(String name, boolean rowIds, ImmutableList<Column> columns) {
  /** Positions are counted one by one; what lies beyond is damage. Those before 0 are of V1. */
  private static final long MAX_ROW_ID = 1L << 48;

  private static final int KEY_BYTES = 32;
  private static final int ID_BYTES = 16;
  private static final int MAX_PATH = 2;

  /** What may be in a column. */
  enum Column {
    /** The primary key, and a position: SQLite writes NULL in its place. */
    ROW_ID,
    /** The same, and any number. */
    ANY_ROW_ID,
    KEY,
    ID,
    NUMBER,
    NUMBER_OR_NULL,
    PATH,
    TEXT,
    TEXT_OR_NULL,
    BLOB,
    BLOB_OR_NULL;

    boolean takes(@Nullable Object value) {
      return switch (this) {
        case ROW_ID, ANY_ROW_ID -> value == null;
        case KEY -> value instanceof byte[] bytes && bytes.length == KEY_BYTES;
        case ID -> value instanceof byte[] bytes && bytes.length == ID_BYTES;
        case NUMBER -> value instanceof Long;
        case NUMBER_OR_NULL -> value == null || value instanceof Long;
        case PATH -> value instanceof Long path && path >= 0 && path <= MAX_PATH;
        case TEXT -> value instanceof String;
        case TEXT_OR_NULL -> value == null || value instanceof String;
        case BLOB -> value instanceof byte[];
        case BLOB_OR_NULL -> value == null || value instanceof byte[];
      };
    }
  }

  static Shape ofTable(String name, Column... columns) {
    return new Shape(name, true, ImmutableList.copyOf(columns));
  }

  /** A table without row ids, or an index: which is called by the name of what it tells. */
  static Shape ofIndex(String name, Column... columns) {
    return new Shape(name, false, ImmutableList.copyOf(columns));
  }

  static boolean isRowId(long number) {
    return number > -MAX_ROW_ID && number < MAX_ROW_ID;
  }

  /** Whether the first column is in the row id. */
  boolean hasKeyInRowId() {
    return columns.get(0) == Column.ROW_ID || columns.get(0) == Column.ANY_ROW_ID;
  }

  boolean fits(Row row) {
    List<@Nullable Object> values = row.values();
    if (row.table() != rowIds
        || values.size() != columns.size()
        || (columns.get(0) == Column.ROW_ID && !isRowId(row.rowId()))) {
      return false;
    }
    for (int i = 0; i < columns.size(); i++) {
      if (!columns.get(i).takes(values.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Puts a row into the table of this name, unless one of its key is there. */
  String insert() {
    return "INSERT OR IGNORE INTO " + name + " VALUES (" + "?, ".repeat(columns.size() - 1) + "?)";
  }
}
