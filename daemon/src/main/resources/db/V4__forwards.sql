-- Services of this machine: where each leads ("tcp:HOST:PORT", "udp:HOST:PORT" or "unix:PATH"), and
-- who may connect. Allowed: the keys of peers, one behind the other.
CREATE TABLE service (
  name         TEXT NOT NULL PRIMARY KEY,
  target       TEXT NOT NULL,
  all_contacts INTEGER NOT NULL,
  allowed      BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Local addresses that lead to services of peers.
CREATE TABLE forward (
  id          INTEGER PRIMARY KEY,
  peer        BLOB NOT NULL,
  service     TEXT NOT NULL,
  local       TEXT NOT NULL,
  idle_millis INTEGER NOT NULL
) STRICT;
