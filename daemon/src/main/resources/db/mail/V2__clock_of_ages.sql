-- By what letters and mailboxes grow old: follows the machine's clock, never back, and never far at
-- a time. 0: not set yet.
CREATE TABLE ages (
  clock INTEGER NOT NULL
) STRICT;
INSERT INTO ages SELECT coalesce(max(seen_at), 0) FROM mailbox;
