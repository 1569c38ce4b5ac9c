package dev.parley.store;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Brings a database to the current schema. Version N of the schema, SQLite's user_version, is what
 * the first N files make; each runs in one transaction with the change of the number.
 */
final class Migrations {
  private static final ImmutableList<String> FILES =
      ImmutableList.of("/db/V1__messages_and_contacts.sql", "/db/V2__retention_and_history.sql");

  static final int CURRENT = FILES.size();

  private Migrations() {}

  static void run(Connection connection, int from) throws SQLException {
    for (int version = from + 1; version <= CURRENT; version++) {
      apply(connection, FILES.get(version - 1), version);
    }
  }

  private static void apply(Connection connection, String file, int version) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      // No statement of ours has a semicolon inside.
      for (String sql : withoutComments(read(file)).split(";", -1)) {
        if (!sql.isBlank()) {
          statement.executeUpdate(sql);
        }
      }
      statement.executeUpdate("PRAGMA user_version = " + version);
      statement.executeUpdate("PRAGMA application_id = " + DatabaseFile.APPLICATION_ID);
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  private static String withoutComments(String sql) {
    return sql.replaceAll("(?m)^--.*$", "");
  }

  private static String read(String file) {
    try (InputStream in = Migrations.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + file + " from the jar failed", e);
    }
  }
}
