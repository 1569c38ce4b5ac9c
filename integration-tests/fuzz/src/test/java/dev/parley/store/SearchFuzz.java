package dev.parley.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.fuzz.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Words that users look for, as the full-text index gets to see them. */
public final class SearchFuzz {
  private static final Connection DATABASE = database();

  private SearchFuzz() {}

  public static List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.of("search-words", SearchFuzz::search, WordIndex.class)
            .seeds("hello wor*", "\"quoted\" AND NOT (x:y) ^z", "a\"\"b* NEAR(c, 3) {d e}: -f"));
  }

  private static Connection database() {
    try {
      Connection database = DriverManager.getConnection("jdbc:sqlite::memory:");
      try (Statement statement = database.createStatement()) {
        statement.execute(
            "CREATE VIRTUAL TABLE words USING fts5(text, content = '', contentless_delete = 1,"
                + " tokenize = 'unicode61 remove_diacritics 2')");
        statement.execute("INSERT INTO words (rowid, text) VALUES (1, 'hello world')");
      }
      return database;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void search(byte[] input) throws SQLException {
    String text = new String(input, StandardCharsets.UTF_8);
    String query = WordIndex.query(text.substring(0, Math.min(text.length(), 1_000)));
    if (query.isEmpty()) {
      return;
    }
    try (PreparedStatement find =
        DATABASE.prepareStatement("SELECT rowid FROM words WHERE words MATCH ?")) {
      find.setString(1, query);
      try (ResultSet found = find.executeQuery()) {
        assertThat(!found.next() || found.getLong(1) == 1).isTrue();
      }
    }
  }
}
