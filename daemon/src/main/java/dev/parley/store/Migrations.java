package dev.parley.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Brings a database to the current version of its schema, each step in one transaction. */
final class Migrations {
  private Migrations() {}

  static void run(Connection connection, Schema schema, int from, int to) throws SQLException {
    for (int version = from + 1; version <= to; version++) {
      apply(connection, schema, version);
    }
    if (from == 0 && to > 1) {
      // Steps that write a table anew leave pages that nothing uses. A salvage that cannot read the
      // header cannot tell them from pages that are lost, and would tell of a gap.
      try (Statement statement = connection.createStatement()) {
        statement.executeUpdate("VACUUM");
      }
    }
  }

  private static void apply(Connection connection, Schema schema, int version) throws SQLException {
    String file = schema.files().get(version - 1);
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      // No statement of ours has a semicolon inside.
      for (String sql : withoutComments(read(file)).split(";", -1)) {
        if (!sql.isBlank()) {
          statement.executeUpdate(sql);
        }
      }
      statement.executeUpdate("PRAGMA user_version = " + version);
      statement.executeUpdate("PRAGMA application_id = " + schema.applicationId());
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
