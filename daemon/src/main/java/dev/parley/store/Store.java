package dev.parley.store;

import com.google.common.collect.ImmutableList;
import dev.parley.contacts.ContactStore;
import dev.parley.files.FileStore;
import dev.parley.forward.ForwardStore;
import dev.parley.mail.MailBook;
import dev.parley.messaging.MessageStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's database. Thread-safe. Only one process may have it open; the node's lock sees to that.
 */
public final class Store implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Store.class);

  private final Sql writing;
  private final Sql reading;
  private final Writer writer;
  private final Reader reader;
  private final MessageStore messages;
  private final ContactStore contacts;
  private final MailBook mailBook;
  private final ForwardStore forwards;
  private final FileStore files;
  private final SqlFailures failures;
  private final ImmutableList<SalvageReport> salvages;

  private Store(Path database, Connection writing, Connection reading) {
    this.writing = new Sql(writing);
    this.reading = new Sql(reading);
    this.failures = new SqlFailures(database);
    this.salvages = SalvageReport.beside(database);
    this.writer = new Writer(this.writing, failures);
    this.reader = new Reader(this.reading, failures);
    this.messages = new SqliteMessages(writer, reader);
    this.contacts = new SqliteContacts(writer, reader);
    this.mailBook = new SqliteMailBook(writer, reader);
    this.forwards = new SqliteForwards(writer, reader);
    this.files = new SqliteFiles(writer, reader);
  }

  /**
   * Opens a database, or makes one; blocks. One that is damaged is set aside, and a new one made of
   * what can be read of it: {@link SalvageReport#beside} tells.
   *
   * @throws StoreException when the file is foreign, of a later version or out of reach, or is
   *     damaged and cannot be salvaged
   */
  public static Store open(Path database, Clock clock) throws StoreException {
    DatabaseFile file = new DatabaseFile(database, Schema.NODE, clock);
    Connection writing = file.openChecked();
    try {
      return new Store(database, writing, file.openReader());
    } catch (StoreException e) {
      closeQuietly(new Sql(writing));
      throw e;
    }
  }

  public MessageStore messages() {
    return messages;
  }

  public ContactStore contacts() {
    return contacts;
  }

  public MailBook mailBook() {
    return mailBook;
  }

  public ForwardStore forwards() {
    return forwards;
  }

  /** Transfers of files. */
  public FileStore files() {
    return files;
  }

  /** Of damaged databases that lay beside this one when it was opened. */
  public ImmutableList<SalvageReport> salvages() {
    return salvages;
  }

  /** Completes with a sentence for the user when damage is met: then it is time to end. */
  public CompletionStage<String> damage() {
    return failures.damage();
  }

  /** Waits until everything asked for is on disk, then closes. What comes later is refused. */
  @Override
  public void close() {
    try {
      reader.close();
      writer.close();
    } catch (InterruptedException e) {
      // Every future that has completed is on disk; the rest was not promised.
      Thread.currentThread().interrupt();
      return;
    }
    closeQuietly(reading);
    closeQuietly(writing);
  }

  /** For tests: the database may not grow past this many pages, as on a full disk. */
  void limitPages(long pages) {
    writer
        .write(0, sql -> sql.number("PRAGMA max_page_count = " + pages))
        .toCompletableFuture()
        .join();
  }

  Writer writer() {
    return writer;
  }

  private static void closeQuietly(Sql sql) {
    try {
      sql.close();
    } catch (SQLException e) {
      log.warn("closing the database failed, nothing is lost: {}", e.getMessage());
    }
  }
}
