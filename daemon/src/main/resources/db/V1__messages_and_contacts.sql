-- Times are milliseconds since 1970-01-01T00:00Z. Peers are their 32-byte keys.

-- Messages that wait for their peer, in the order of acceptance.
CREATE TABLE outbox (
  position     INTEGER PRIMARY KEY,
  recipient    BLOB NOT NULL,
  message_id   BLOB NOT NULL,
  accepted_at  INTEGER NOT NULL,
  read_at      INTEGER,
  content_type TEXT NOT NULL,
  body         BLOB NOT NULL
) STRICT;
CREATE INDEX outbox_by_recipient ON outbox (recipient, position);
CREATE UNIQUE INDEX outbox_by_id ON outbox (message_id);

-- What became of our messages once they left the outbox. State: 2 delivered, 3 read, 5 failed.
CREATE TABLE sent (
  message_id BLOB NOT NULL PRIMARY KEY,
  recipient  BLOB NOT NULL,
  state      INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  problem    TEXT
) STRICT, WITHOUT ROWID;

-- Messages that have arrived, in the order of arrival. Path: 0 direct, 1 relay, 2 turn.
CREATE TABLE inbox (
  position     INTEGER PRIMARY KEY,
  sender       BLOB NOT NULL,
  message_id   BLOB NOT NULL,
  sent_at      INTEGER NOT NULL,
  received_at  INTEGER NOT NULL,
  path         INTEGER NOT NULL,
  content_type TEXT NOT NULL,
  body         BLOB NOT NULL
) STRICT;
-- Tells duplicates.
CREATE UNIQUE INDEX inbox_by_id ON inbox (sender, message_id);
-- Finds the messages of one peer whose receipts are due.
CREATE INDEX inbox_by_sender ON inbox (sender, position);

-- A consumer has acknowledged everything up to its cursor. What lies at or before the highest of
-- all cursors is read.
CREATE TABLE consumer (
  name         TEXT NOT NULL PRIMARY KEY,
  cursor       INTEGER NOT NULL,
  handed_up_to INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO consumer VALUES ('default', 0, 0);

-- How far each author must know, and does know, that we have read its messages.
CREATE TABLE receipts (
  author      BLOB NOT NULL PRIMARY KEY,
  due_up_to   INTEGER NOT NULL,
  taken_up_to INTEGER NOT NULL,
  read_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Record: a serialized parley.peer.v1.SignedRecord.
CREATE TABLE contact (
  peer     BLOB NOT NULL PRIMARY KEY,
  name     TEXT NOT NULL UNIQUE COLLATE NOCASE,
  added_at INTEGER NOT NULL,
  record   BLOB NOT NULL
) STRICT, WITHOUT ROWID;
