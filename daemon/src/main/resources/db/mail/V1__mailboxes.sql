-- Times are milliseconds since 1970-01-01T00:00Z. Peers are their 32-byte keys.

-- Who lets mail be kept here. Medium_term: a serialized parley.peer.v1.SignedPrekey.
CREATE TABLE mailbox (
  owner       BLOB NOT NULL PRIMARY KEY,
  seen_at     INTEGER NOT NULL,
  medium_term BLOB,
  use_until   INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- SHA-256 of the tokens by which an owner's contacts may leave mail.
CREATE TABLE capability (
  owner BLOB NOT NULL REFERENCES mailbox (owner) ON DELETE CASCADE,
  hash  BLOB NOT NULL,
  PRIMARY KEY (owner, hash)
) STRICT, WITHOUT ROWID;

-- One-time prekeys that nobody has been given yet, serialized like the medium-term one.
CREATE TABLE one_time (
  owner     BLOB NOT NULL REFERENCES mailbox (owner) ON DELETE CASCADE,
  prekey_id INTEGER NOT NULL,
  use_until INTEGER NOT NULL,
  prekey    BLOB NOT NULL,
  PRIMARY KEY (owner, prekey_id)
) STRICT;

-- Sealed messages, in the order of their arrival. A number is never given twice: the owner names
-- by it what it has taken. Hash: the capability by which it came.
CREATE TABLE letter (
  number       INTEGER PRIMARY KEY AUTOINCREMENT,
  owner        BLOB NOT NULL REFERENCES mailbox (owner) ON DELETE CASCADE,
  hash         BLOB NOT NULL,
  deposited_at INTEGER NOT NULL,
  size         INTEGER NOT NULL,
  sealed       BLOB NOT NULL
) STRICT;
-- Counts without reading what is counted.
CREATE INDEX letter_by_owner ON letter (owner, hash, size);
CREATE INDEX letter_by_place ON letter (owner);
CREATE INDEX letter_by_age ON letter (deposited_at);
