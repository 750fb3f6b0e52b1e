-- The third layout: what an audit and a new limit ask of the past.

-- Zones by name. A dispatch has the one in which it was judged when it began last.
CREATE TABLE zone (
    zone INTEGER PRIMARY KEY,
    name TEXT    NOT NULL UNIQUE
) STRICT;

ALTER TABLE dispatch ADD COLUMN zone INTEGER;

-- What a dispatch was charged to its campaign's budget, in millionths of the unit of money.
ALTER TABLE dispatch ADD COLUMN charged INTEGER;

-- What campaigns with a budget have spent on what may have reached somebody.
CREATE TABLE spent (
    campaign TEXT    PRIMARY KEY,
    messages INTEGER NOT NULL,
    money    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The limits that hold places, and since when under this law.
CREATE TABLE known_limit (
    rule  TEXT    PRIMARY KEY,
    law   TEXT    NOT NULL,
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- When the word that holds was said.
ALTER TABLE preference ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
UPDATE preference SET at = coalesce((SELECT w.at FROM word w WHERE w.subject = preference.subject
    AND w.channel = preference.channel AND w.purpose = preference.purpose
    ORDER BY w.entry DESC LIMIT 1), 0);

PRAGMA user_version = 3;
