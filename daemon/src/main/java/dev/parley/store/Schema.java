package dev.parley.store;

import com.google.common.collect.ImmutableList;

/**
 * What a database holds.
 *
 * @param applicationId by this a database says whose it is (sqlite.org/pragma.html)
 * @param files version N of the schema, SQLite's user_version, is what the first N make
 * @param shapes by version, by what its rows are known in a damaged file
 */
record Schema(
    int applicationId, ImmutableList<String> files, ImmutableList<ImmutableList<Shape>> shapes) {
  /** A node's: "prly" in ASCII. */
  static final Schema NODE =
      new Schema(
          0x70726c79,
          ImmutableList.of(
              "/db/V1__messages_and_contacts.sql",
              "/db/V2__retention_and_history.sql",
              "/db/V3__mail.sql",
              "/db/V4__forwards.sql",
              "/db/V5__files.sql",
              "/db/V6__verified_contacts.sql"),
          Shapes.NODE);

  /** A relay's mailboxes: "prlm" in ASCII. */
  static final Schema MAIL =
      new Schema(
          0x70726c6d,
          ImmutableList.of("/db/mail/V1__mailboxes.sql", "/db/mail/V2__clock_of_ages.sql"),
          Shapes.MAIL);

  int current() {
    return files.size();
  }
}
