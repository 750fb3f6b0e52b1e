-- The seventh layout: a file that was put back is noticed.

-- What tells this store from any other, and how often it was changed. The witness beside the file
-- has both: see witness.rs.
ALTER TABLE store ADD COLUMN id BLOB;
ALTER TABLE store ADD COLUMN moves INTEGER NOT NULL DEFAULT 0;

-- One row each time that an older copy was put back: what was due between the two instants may
-- have been sent by intents that nobody remembers. What is planned anew for a time in between is in
-- doubt as well.
CREATE TABLE lost (
    until INTEGER PRIMARY KEY,
    since INTEGER NOT NULL
) STRICT;

PRAGMA user_version = 7;
