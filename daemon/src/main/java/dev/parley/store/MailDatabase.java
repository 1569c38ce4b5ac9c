package dev.parley.store;

import dev.parley.relay.mailbox.MailStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A relay's mailboxes on disk. Thread-safe. Only one process may have it open.
 *
 * <p>One connection and one thread for reading as well: letters are fetched in small pages.
 */
public final class MailDatabase implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MailDatabase.class);

  private final Sql sql;
  private final Writer writer;
  private final MailStore mail;
  private final SqlFailures failures;

  private MailDatabase(Path database, Connection connection) {
    this.sql = new Sql(connection);
    this.failures = new SqlFailures(database);
    this.writer = new Writer(sql, failures);
    this.mail = new SqliteMail(writer);
  }

  /**
   * Opens a database, or makes one; blocks. One that is damaged is set aside, and a new one made of
   * what can be read of it: {@link SalvageReport#beside} tells.
   *
   * @throws StoreException when the file is foreign, of a later version or out of reach, or is
   *     damaged and cannot be salvaged
   */
  public static MailDatabase open(Path database, Clock clock) throws StoreException {
    return new MailDatabase(database, new DatabaseFile(database, Schema.MAIL, clock).openChecked());
  }

  public MailStore mail() {
    return mail;
  }

  /** Completes with a sentence for the user when damage is met: then it is time to end. */
  public CompletionStage<String> damage() {
    return failures.damage();
  }

  /** Waits until everything asked for is on disk, then closes. What comes later is refused. */
  @Override
  public void close() {
    try {
      writer.close();
      sql.close();
    } catch (InterruptedException e) {
      // Every stage that has completed is on disk; the rest was not promised.
      Thread.currentThread().interrupt();
    } catch (SQLException e) {
      log.warn("closing the mailboxes failed, nothing is lost: {}", e.getMessage());
    }
  }

  Writer writer() {
    return writer;
  }
}
