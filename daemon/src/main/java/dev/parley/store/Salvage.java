package dev.parley.store;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.parley.store.StoreException.Reason;
import dev.parley.store.page.DatabaseHeader;
import dev.parley.store.page.PageFile;
import dev.parley.store.page.PageScan;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * Makes a new database of what can be read of a damaged one, and sets that aside unchanged.
 *
 * <p>Rows are known by their shape, page by page, so that a leaf is found though the way to it is
 * lost; what is gone is told from the indexes, which hold keys and positions a second time. Blocks;
 * takes the memory of a few pages. Once, at start.
 */
final class Salvage {
  private final Path database;
  private final Schema schema;
  private final Clock clock;
  private final SalvageFiles files;

  Salvage(Path database, Schema schema, Clock clock) {
    this.database = database;
    this.schema = schema;
    this.clock = clock;
    this.files = new SalvageFiles(database);
  }

  /** What a new database has been given, and what is known to be missing. */
  record Outcome(ImmutableMap<String, Long> saved, ImmutableList<String> missing) {}

  /**
   * Salvages.
   *
   * @param cause what was found, for people
   */
  SalvageReport run(String cause) throws StoreException, IOException, SQLException {
    files.clear();
    Instant now = clock.instant();
    try (PageFile pages = PageFile.open(database)) {
      int version = version(pages);
      Outcome outcome;
      try (Connection connection = DatabaseFile.draft(files.part())) {
        outcome = fill(connection, pages, version, now);
      }
      SalvageReport report =
          new SalvageReport(files.damagedName(now), now, cause, outcome.saved(), outcome.missing());
      files.replace(report);
      return report;
    }
  }

  /** Of the schema; the newest when the header is lost. */
  private int version(PageFile pages) throws StoreException {
    Optional<DatabaseHeader> header = pages.header();
    int owner = header.map(DatabaseHeader::applicationId).orElse(0);
    int version = header.map(DatabaseHeader::schemaVersion).orElse(0);
    if (owner != 0 && owner != schema.applicationId()) {
      throw new StoreException(
          Reason.FOREIGN,
          database + " is a damaged database of another program; it was left as it is",
          "move it elsewhere, or choose another home directory");
    }
    if (owner == schema.applicationId() && version > schema.current()) {
      throw new StoreException(
          Reason.NEWER,
          database + " is damaged, and was made by a later version of parley; it was left as it is",
          "start the later version again, which can salvage it");
    }
    return owner == 0 || version < 1 ? schema.current() : version;
  }

  private Outcome fill(Connection connection, PageFile pages, int version, Instant now)
      throws SQLException {
    Migrations.run(connection, schema, 0, version);
    connection.setAutoCommit(false);
    Sql sql = new Sql(connection);
    RowLoader rows = new RowLoader(sql, schema.shapes().get(version - 1));
    rows.empty();
    PageScan scan = new PageScan(pages, rows);
    scan.run();
    rows.rethrow();
    sql.commit();
    connection.setAutoCommit(true);
    Migrations.run(connection, schema, version, schema.current());
    connection.setAutoCommit(false);
    Repair repair = schema == Schema.MAIL ? new MailRepair(sql) : new NodeRepair(sql, version);
    RowLoader keys = new RowLoader(repair);
    new PageScan(pages, keys).run();
    keys.rethrow();
    Outcome outcome =
        repair.finish(new Repair.Damage(scan.damagedPages(), scan.pages(), scan.brokenRows()), now);
    sql.commit();
    sql.close();
    return outcome;
  }

  /** Makes one consistent whole of the rows that were found. */
  interface Repair {
    /** A record of an index, or a row; each is offered once the rows are in the database. */
    void look(dev.parley.store.page.Row row) throws SQLException;

    Outcome finish(Damage damage, Instant now) throws SQLException;

    /**
     * What could not be read.
     *
     * @param rows that are torn
     */
    record Damage(long pages, long ofPages, long rows) {
      boolean any() {
        return pages > 0 || rows > 0;
      }

      void tell(ImmutableList.Builder<String> missing) {
        if (pages > 0) {
          missing.add(
              pages + " of " + ofPages + " pages could not be read, and what was on them is lost");
        }
        if (rows > 0) {
          missing.add(rows + " entries are torn");
        }
      }
    }
  }

  static void execute(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
