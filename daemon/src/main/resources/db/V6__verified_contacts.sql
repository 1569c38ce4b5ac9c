-- Verified: 1 when the contact's key was proven to be the one of whom the user meant. The table is
-- written anew, so that every row of it has every column: a salvage knows rows by their shape.
CREATE TABLE contact_of_6 (
  peer     BLOB NOT NULL PRIMARY KEY,
  name     TEXT NOT NULL UNIQUE COLLATE NOCASE,
  added_at INTEGER NOT NULL,
  record   BLOB NOT NULL,
  verified INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

INSERT INTO contact_of_6 (peer, name, added_at, record)
  SELECT peer, name, added_at, record FROM contact;

DROP TABLE contact;

ALTER TABLE contact_of_6 RENAME TO contact;
