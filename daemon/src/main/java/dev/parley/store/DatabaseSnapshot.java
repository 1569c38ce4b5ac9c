package dev.parley.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;

/** Copies of a node's database: made while it is in use, and put to use again. Blocks. */
public final class DatabaseSnapshot {
  private DatabaseSnapshot() {}

  /**
   * What a copy holds.
   *
   * @param waiting messages that were not delivered
   */
  public record Contents(long contacts, long messages, long waiting) {}

  /**
   * Copies a database as of now to a file that is not there yet, without what was deleted. The
   * writer is not held up; its log grows meanwhile.
   */
  public static void write(Path database, Path copy) throws IOException {
    try {
      DatabaseFile.createOwnersAlone(copy);
      try (Connection connection =
              new DatabaseFile(database, Schema.NODE, Clock.systemUTC()).connectReader();
          PreparedStatement vacuum = connection.prepareStatement("VACUUM INTO ?")) {
        vacuum.setString(1, copy.toString());
        vacuum.executeUpdate();
      }
    } catch (SQLException e) {
      throw new IOException("the database cannot be copied to " + copy + ": " + e.getMessage(), e);
    }
  }

  /**
   * Makes a copy that was read from somewhere ready to be a node's database: checks all of it,
   * brings it up to date, and has positions go on beyond all that may have been given since.
   *
   * @throws StoreException when it is damaged, another program's or of a later version
   */
  public static Contents revive(Path copy, Clock clock) throws StoreException {
    DatabaseFile file = new DatabaseFile(copy, Schema.NODE, clock);
    try (Connection connection = file.openCopy()) {
      Sql sql = new Sql(connection);
      long highest = RetentionTable.highestPosition(sql);
      sql.update("UPDATE retention SET highest_dropped = ?", highest + NodeRepair.LEAP);
      Contents contents =
          new Contents(
              sql.number("SELECT count(*) FROM contact"),
              sql.number("SELECT (SELECT count(*) FROM inbox) + (SELECT count(*) FROM sent)"),
              sql.number("SELECT count(*) FROM outbox"));
      sql.commit();
      return contents;
    } catch (SQLException e) {
      throw file.inaccessible(e);
    }
  }
}
