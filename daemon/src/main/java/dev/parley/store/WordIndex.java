package dev.parley.store;

import com.google.protobuf.ByteString;
import java.sql.SQLException;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * Finds text messages by their words (sqlite.org/fts5.html). The index is by position, which is
 * unique over inbox, outbox and what was sent; it holds no text, so that bodies are kept once.
 */
final class WordIndex {
  private static final String ADD = "INSERT INTO words (rowid, text) VALUES (?, ?)";
  private static final String REMOVE = "DELETE FROM words WHERE rowid = ?";

  private WordIndex() {}

  static void add(Sql sql, long position, String contentType, ByteString body) throws SQLException {
    // RFC 6838 §4.2: types are compared without regard to case.
    if (contentType.toLowerCase(Locale.ROOT).startsWith("text/") && body.isValidUtf8()) {
      sql.update(ADD, position, body.toStringUtf8());
    }
  }

  static void remove(Sql sql, long position) throws SQLException {
    sql.update(REMOVE, position);
  }

  /**
   * A query of FTS5 for all of these words. Each is quoted, so that nothing in it is an operator; a
   * star at its end stands for more letters. Empty when there is no word.
   */
  static String query(String words) {
    StringJoiner query = new StringJoiner(" ");
    for (String word : words.strip().split("\\s+")) {
      boolean prefix = word.endsWith("*");
      String bare = word.replace("*", "").replace("\0", "");
      if (bare.codePoints().anyMatch(Character::isLetterOrDigit)) {
        query.add('"' + bare.replace("\"", "\"\"") + '"' + (prefix ? "*" : ""));
      }
    }
    return query.toString();
  }
}
