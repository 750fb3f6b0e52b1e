-- The first layout. Instants are microseconds since 1970, states are the places of wire::STATES.
--
-- Why so lean: one row of `dispatch` and one of `hold` a message, everything that many messages
-- share is interned in `route` and `ruleset`, and every tree but the one of `key` grows in the
-- order in which the source hands out its customers, so that a page of a thousand touches few
-- pages of the file.

-- One row: the pass, the latest instant seen, and the secret of the store.
CREATE TABLE store (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    epoch      INTEGER NOT NULL,
    high_water INTEGER NOT NULL,
    hash_key   BLOB    NOT NULL CHECK (length(hash_key) = 32)
) STRICT;

CREATE TABLE campaign (
    id      TEXT    PRIMARY KEY,
    state   TEXT    NOT NULL,
    version INTEGER NOT NULL,
    record  TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE progress (
    campaign  TEXT    NOT NULL,
    journey   TEXT    NOT NULL,
    closed_at INTEGER NOT NULL,
    span_from INTEGER,
    span_to   INTEGER,
    after     TEXT,
    PRIMARY KEY (campaign, journey)
) STRICT, WITHOUT ROWID;

-- What all dispatches of a step share. An empty brand or record kind says that there is none.
CREATE TABLE route (
    route       INTEGER PRIMARY KEY,
    campaign    TEXT    NOT NULL,
    journey     TEXT    NOT NULL,
    step        TEXT    NOT NULL,
    "trigger"   TEXT    NOT NULL,
    channel     TEXT    NOT NULL,
    purpose     TEXT    NOT NULL,
    class       INTEGER NOT NULL,
    brand       TEXT    NOT NULL,
    record_kind TEXT    NOT NULL,
    shared      INTEGER NOT NULL,
    priority    INTEGER NOT NULL,
    UNIQUE (campaign, journey, step, "trigger", channel, purpose, class, brand, record_kind,
            shared, priority)
) STRICT;

CREATE TABLE dispatch (
    row         INTEGER PRIMARY KEY,
    state       INTEGER NOT NULL,
    in_doubt    INTEGER NOT NULL,
    epoch       INTEGER,            -- the pass that claimed or began it, while it is held
    claims      INTEGER NOT NULL,
    fence       INTEGER NOT NULL,
    attempts    INTEGER NOT NULL,
    hidden      INTEGER NOT NULL,   -- stands behind others of the same person, see claim.rs
    route       INTEGER NOT NULL,
    not_before  INTEGER NOT NULL,
    not_after   INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    first_at    INTEGER,
    reason      TEXT,
    rule        TEXT,
    "key"       BLOB    NOT NULL,
    customer    TEXT    NOT NULL,
    occurrence  TEXT    NOT NULL,
    record      TEXT,
    address     BLOB,
    address_key BLOB,
    counted     BLOB,               -- subjects of its holds that are neither person nor address
    reference   TEXT
) STRICT;

CREATE UNIQUE INDEX dispatch_key ON dispatch ("key");
CREATE UNIQUE INDEX dispatch_address ON dispatch (address_key) WHERE address_key IS NOT NULL;
CREATE INDEX dispatch_customer ON dispatch (customer);
CREATE INDEX dispatch_route ON dispatch (route);
-- What waits and may be seen by a claim: a paused route's million is never visited.
CREATE INDEX dispatch_due ON dispatch (route, not_before)
    WHERE state <= 1 AND epoch IS NULL AND hidden = 0;
CREATE INDEX dispatch_hidden ON dispatch (route, customer, not_before) WHERE hidden = 1;
-- What somebody holds, claimed or sending: as many as are in flight, never more.
CREATE INDEX dispatch_held ON dispatch (state) WHERE epoch IS NOT NULL;

-- A set of limits that count the same subject together, by names with a blank between them.
CREATE TABLE ruleset (
    rules INTEGER PRIMARY KEY,
    names TEXT    NOT NULL UNIQUE
) STRICT;

-- A place that a dispatch takes in all limits of `rules` for a subject.
CREATE TABLE hold (
    subject BLOB    NOT NULL,
    at      INTEGER NOT NULL,
    row     INTEGER NOT NULL,
    rules   INTEGER NOT NULL,
    PRIMARY KEY (subject, at, row)
) STRICT, WITHOUT ROWID;

-- Every word ever said, and below it the one that holds for each subject and scope. An empty
-- channel is every channel.
CREATE TABLE word (
    entry   INTEGER PRIMARY KEY,
    subject BLOB    NOT NULL,
    channel TEXT    NOT NULL,
    purpose TEXT    NOT NULL,
    word    INTEGER NOT NULL,
    source  TEXT    NOT NULL,
    wording TEXT,
    at      INTEGER NOT NULL
) STRICT;
CREATE INDEX word_subject ON word (subject);

CREATE TABLE preference (
    subject BLOB    NOT NULL,
    channel TEXT    NOT NULL,
    purpose TEXT    NOT NULL,
    word    INTEGER NOT NULL,
    PRIMARY KEY (subject, channel, purpose)
) STRICT, WITHOUT ROWID;

PRAGMA application_id = 1347569486; -- "PRGN" read as a number is the mark of our files
PRAGMA user_version = 1;
