-- Prekeys of ours. Kind: 1 medium-term, 2 one-time. Signed: a serialized
-- parley.peer.v1.SignedPrekey. Replaced_at: of a medium-term key that is not the newest any more.
CREATE TABLE prekey (
  id          INTEGER PRIMARY KEY,
  kind        INTEGER NOT NULL,
  signed      BLOB NOT NULL,
  seed        BLOB NOT NULL,
  replaced_at INTEGER
) STRICT;

-- The tokens by which a contact may leave us mail, and we for it; and the position in the outbox of
-- the last message that was left for it.
CREATE TABLE correspondent (
  peer            BLOB NOT NULL PRIMARY KEY,
  given           BLOB,
  received        BLOB,
  deposited_up_to INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
