-- The second layout: audiences that were frozen when their campaign was published.
--
-- An audience is written page by page while nobody uses it; saving its campaign takes it into use
-- in the same transaction. Numbers are never given twice (AUTOINCREMENT), so that a page that comes
-- late finds nothing it could spoil.

CREATE TABLE audience (
    audience INTEGER PRIMARY KEY AUTOINCREMENT,
    campaign TEXT    NOT NULL,
    journey  TEXT    NOT NULL,
    in_use   INTEGER NOT NULL
) STRICT;
CREATE INDEX audience_campaign ON audience (campaign);

-- The profile is JSON, there only where values are kept.
CREATE TABLE member (
    audience INTEGER NOT NULL,
    customer TEXT    NOT NULL,
    profile  TEXT,
    PRIMARY KEY (audience, customer)
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 2;
