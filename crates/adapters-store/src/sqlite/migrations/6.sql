-- The sixth layout: what happened, until somebody has it.

-- Whether anybody wants to hear what happens.
ALTER TABLE store ADD COLUMN events INTEGER NOT NULL DEFAULT 0;

-- The facts of a decision, as JSON. Numbers are never given twice: events have their names by them.
CREATE TABLE outbox (
    decision INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,
    body     TEXT    NOT NULL
) STRICT;

PRAGMA user_version = 6;
