-- Transfers of files, over and not. Direction: 1 outgoing, 2 incoming. State: 1 offered, 2 accepted,
-- 3 delivered, 4 refused, 5 cancelled, 6 failed. Told: whether the peer has this state on its disk.
-- Names: of the first at the top, each followed by a NUL.
CREATE TABLE file_transfer (
  id           BLOB NOT NULL PRIMARY KEY,
  peer         BLOB NOT NULL,
  direction    INTEGER NOT NULL,
  state        INTEGER NOT NULL,
  told         INTEGER NOT NULL,
  names        TEXT NOT NULL,
  bytes        INTEGER NOT NULL,
  entries      INTEGER NOT NULL,
  left_out     INTEGER NOT NULL,
  directory    TEXT,
  done_bytes   INTEGER NOT NULL,
  done_entries INTEGER NOT NULL,
  wire_bytes   INTEGER NOT NULL,
  problem      TEXT NOT NULL,
  created_at   INTEGER NOT NULL,
  ended_at     INTEGER
) STRICT, WITHOUT ROWID;
