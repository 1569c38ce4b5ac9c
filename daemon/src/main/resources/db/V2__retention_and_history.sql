-- Positions are shared from here on by what is sent and what arrives, so that one number orders a
-- conversation. What waits moves beyond everything that has arrived.

-- Messages that wait for their peer, in the order of acceptance.
CREATE TABLE outbox_2 (
  position     INTEGER PRIMARY KEY,
  recipient    BLOB NOT NULL,
  message_id   BLOB NOT NULL,
  accepted_at  INTEGER NOT NULL,
  read_at      INTEGER,
  expires_at   INTEGER,
  content_type TEXT NOT NULL,
  body         BLOB NOT NULL
) STRICT;
INSERT INTO outbox_2
  SELECT position + (SELECT coalesce(max(position), 0) FROM inbox), recipient, message_id,
         accepted_at, read_at, NULL, content_type, body
  FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_2 RENAME TO outbox;
CREATE INDEX outbox_by_recipient ON outbox (recipient, position);
CREATE UNIQUE INDEX outbox_by_id ON outbox (message_id);
CREATE INDEX outbox_by_expiry ON outbox (expires_at) WHERE expires_at IS NOT NULL;

-- Our messages once they left the outbox. State: 2 delivered, 3 read, 4 expired, 5 failed. Those
-- that left it under version 1 have no body, and lie before all others in the order of their ids.
CREATE TABLE sent_2 (
  position     INTEGER PRIMARY KEY,
  recipient    BLOB NOT NULL,
  message_id   BLOB NOT NULL,
  state        INTEGER NOT NULL,
  accepted_at  INTEGER,
  sent_at      INTEGER,
  ended_at     INTEGER NOT NULL,
  read_at      INTEGER,
  expires_at   INTEGER,
  problem      TEXT,
  content_type TEXT,
  body         BLOB
) STRICT;
INSERT INTO sent_2 (position, recipient, message_id, state, ended_at, read_at, problem)
  SELECT row_number() OVER (ORDER BY message_id) - (SELECT count(*) FROM sent) - 1,
         recipient, message_id, state, changed_at, CASE state WHEN 3 THEN changed_at END, problem
  FROM sent;
DROP TABLE sent;
ALTER TABLE sent_2 RENAME TO sent;
CREATE UNIQUE INDEX sent_by_id ON sent (message_id);
CREATE INDEX sent_by_recipient ON sent (recipient, position);

-- What retention has done. Highest dropped: positions are never given twice. Bytes: what is kept, by
-- its weight. Clock: the time that ages are measured by.
CREATE TABLE retention (
  highest_dropped INTEGER NOT NULL,
  bytes           INTEGER NOT NULL,
  clock           INTEGER NOT NULL
) STRICT;
INSERT INTO retention VALUES (
  0,
  (SELECT coalesce(sum(length(body) + 256), 0) FROM inbox) + (SELECT count(*) * 256 FROM sent),
  0
);

-- Messages that arrived and are gone: to tell duplicates for a while longer.
CREATE TABLE tombstone (
  number     INTEGER PRIMARY KEY,
  sender     BLOB NOT NULL,
  message_id BLOB NOT NULL,
  dropped_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX tombstone_by_id ON tombstone (sender, message_id);

-- What retention has taken from a consumer that had not acknowledged it, until it has heard of it.
CREATE TABLE gap (
  consumer       TEXT NOT NULL PRIMARY KEY,
  first_position INTEGER NOT NULL,
  last_position  INTEGER NOT NULL,
  count          INTEGER NOT NULL,
  first_at       INTEGER NOT NULL,
  last_at        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Messages beyond a consumer's cursor that it has acknowledged singly.
CREATE TABLE acknowledged (
  consumer TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (consumer, position)
) STRICT, WITHOUT ROWID;

-- Sends that brought an id of their own. Digest: of everything else that the send said.
CREATE TABLE client_send (
  client_id  TEXT NOT NULL PRIMARY KEY,
  message_id BLOB NOT NULL,
  digest     BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX client_send_by_message ON client_send (message_id);

-- The words of text messages by their position, of both directions. Holds no text itself.
CREATE VIRTUAL TABLE words USING fts5(
  text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO words (rowid, text)
  SELECT position, CAST(body AS TEXT) FROM inbox WHERE content_type LIKE 'text/%';
INSERT INTO words (rowid, text)
  SELECT position, CAST(body AS TEXT) FROM outbox WHERE content_type LIKE 'text/%';
