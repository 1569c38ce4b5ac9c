package dev.parley.store;

import com.google.protobuf.ByteString;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection with its prepared statements. Owned by the thread that runs its work. The number
 * of distinct statements is that of the constants in this package, so the cache needs no bound.
 */
final class Sql implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sql.class);

  private final Connection connection;
  private final Map<String, PreparedStatement> statements = new HashMap<>();

  Sql(Connection connection) {
    this.connection = connection;
  }

  /** Runs a change and returns how many rows it touched. */
  int update(String sql, @Nullable Object... arguments) throws SQLException {
    return bind(sql, arguments).executeUpdate();
  }

  /** Runs a query and hands each row to the reader. */
  void query(String sql, RowReader reader, @Nullable Object... arguments) throws SQLException {
    try (ResultSet rows = bind(sql, arguments).executeQuery()) {
      while (rows.next() && reader.read(rows)) {
        // The reader says when it has enough.
      }
    }
  }

  /** The first column of the only row, or 0 when there is none or it is NULL. */
  long number(String sql, @Nullable Object... arguments) throws SQLException {
    try (ResultSet rows = bind(sql, arguments).executeQuery()) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  void commit() throws SQLException {
    connection.commit();
  }

  /**
   * Undoes everything since the last commit and starts afresh. Statements that failed half way may
   * be of no more use, so all are made anew.
   */
  void rollback() throws SQLException {
    closeStatements();
    try {
      connection.rollback();
    } catch (SQLException e) {
      // SQLite has rolled back by itself, as it does when the disk is full
      // (sqlite.org/lang_transaction.html §3), and the driver has not begun anew.
      log.debug("nothing to roll back: {}", e.getMessage());
      try (Statement begin = connection.createStatement()) {
        begin.executeUpdate("BEGIN");
      }
    }
  }

  @Override
  public void close() throws SQLException {
    closeStatements();
    connection.close();
  }

  private void closeStatements() throws SQLException {
    for (PreparedStatement statement : statements.values()) {
      statement.close();
    }
    statements.clear();
  }

  private PreparedStatement bind(String sql, @Nullable Object... arguments) throws SQLException {
    PreparedStatement statement = statements.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      statements.put(sql, statement);
    }
    for (int i = 0; i < arguments.length; i++) {
      Object argument = arguments[i];
      if (argument instanceof ByteString bytes) {
        statement.setBytes(i + 1, bytes.toByteArray());
      } else if (argument instanceof Long number) {
        statement.setLong(i + 1, number);
      } else if (argument instanceof Integer number) {
        statement.setInt(i + 1, number);
      } else {
        statement.setString(i + 1, (String) argument);
      }
    }
    return statement;
  }

  /** Takes one row. */
  interface RowReader {
    /**
     * @return whether more rows are wanted
     */
    boolean read(ResultSet row) throws SQLException;
  }

  /** Something to do with the database, on its thread. */
  interface Work<T> {
    T run(Sql sql) throws SQLException;
  }
}
