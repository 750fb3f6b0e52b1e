-- The first layout. Instants are microseconds since 1970, states are the places of wire::STATES.
-- The schema is the first of the search path, which each transaction sets for itself.
--
-- What others write of theirs freely is kept as bytes of UTF-8: a text of PostgreSQL has no NUL,
-- and one strange reference of a provider must not keep a whole turn from being settled.

-- One row: the layout, the secret of the store, and the server (system identifier and timeline)
-- whose history we know.
CREATE TABLE store (
    one      integer PRIMARY KEY CHECK (one = 1),
    layout   integer NOT NULL,
    origin   text    NOT NULL,
    hash_key bytea   NOT NULL CHECK (length(hash_key) = 32)
);

-- One row a worker: its newest pass, and when it last took a turn.
CREATE TABLE worker (
    slot  text   COLLATE "C" PRIMARY KEY,
    epoch bigint NOT NULL,
    seen  bigint NOT NULL
) WITH (fillfactor = 50);
CREATE SEQUENCE epoch AS bigint;

-- The latest instant that each worker has seen outside of turns.
CREATE TABLE clock (
    slot       text   COLLATE "C" PRIMARY KEY,
    high_water bigint NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE campaign (
    id      text   COLLATE "C" PRIMARY KEY,
    state   text   NOT NULL,
    version bigint NOT NULL,
    record  text   NOT NULL
) WITH (fillfactor = 50);

-- Written before a campaign is changed: nobody begins anything of it from here on, so that the
-- change waits only for the turns that are open already.
CREATE TABLE campaign_stop (
    campaign text   COLLATE "C" PRIMARY KEY,
    at       bigint NOT NULL
);

CREATE TABLE progress (
    campaign  text   COLLATE "C" NOT NULL,
    journey   text   COLLATE "C" NOT NULL,
    closed_at bigint NOT NULL,
    span_from bigint,
    span_to   bigint,
    after     bytea,
    PRIMARY KEY (campaign, journey)
) WITH (fillfactor = 50);

-- What all dispatches of a step share. An empty brand or record kind says that there is none.
CREATE TABLE route (
    route       integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    campaign    text    COLLATE "C" NOT NULL,
    journey     text    COLLATE "C" NOT NULL,
    step        text    COLLATE "C" NOT NULL,
    "trigger"   text    COLLATE "C" NOT NULL,
    channel     text    COLLATE "C" NOT NULL,
    purpose     text    COLLATE "C" NOT NULL,
    class       smallint NOT NULL,
    brand       text    COLLATE "C" NOT NULL,
    record_kind text    COLLATE "C" NOT NULL,
    shared      boolean NOT NULL,
    priority    integer NOT NULL,
    UNIQUE (campaign, journey, step, "trigger", channel, purpose, class, brand, record_kind,
            shared, priority)
);

-- Wide columns first, so that no row has holes.
CREATE TABLE dispatch (
    row         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    epoch       bigint,             -- the pass that claimed or began it, while it is held
    not_before  bigint   NOT NULL,
    not_after   bigint   NOT NULL,
    at          bigint   NOT NULL,
    first_at    bigint,
    route       integer  NOT NULL,
    claims      integer  NOT NULL,
    fence       integer  NOT NULL,
    attempts    integer  NOT NULL,
    state       smallint NOT NULL,
    in_doubt    boolean  NOT NULL,
    hidden      boolean  NOT NULL,  -- stands behind others of the same person, see claim.rs
    "key"       bytea    NOT NULL,
    customer    text     COLLATE "C" NOT NULL,
    occurrence  text     COLLATE "C" NOT NULL,
    record      text     COLLATE "C",
    address     bytea,
    address_key bytea,
    counted     bytea,              -- subjects of its holds that are neither person nor address
    reason      text,
    rule        text,
    reference   bytea
) WITH (fillfactor = 75, autovacuum_vacuum_scale_factor = 0.02);

CREATE UNIQUE INDEX dispatch_key ON dispatch ("key");
CREATE UNIQUE INDEX dispatch_address ON dispatch (address_key) WHERE address_key IS NOT NULL;
CREATE INDEX dispatch_customer ON dispatch (customer, row);
CREATE INDEX dispatch_route ON dispatch (route, row);
-- What waits and may be seen by a claim: a paused route's million is never visited.
CREATE INDEX dispatch_due ON dispatch (route, not_before, row)
    WHERE state <= 1 AND epoch IS NULL AND NOT hidden;
CREATE INDEX dispatch_hidden ON dispatch (route, customer, not_before, row) WHERE hidden;
-- What somebody holds, claimed or sending: as many as are in flight, never more.
CREATE INDEX dispatch_held ON dispatch (epoch, state) WHERE epoch IS NOT NULL;

-- The one lock a subject: who decides about it updates its row first, in the order of subjects.
CREATE TABLE gate (
    subject bytea  PRIMARY KEY,
    ver     bigint NOT NULL
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

-- A set of limits that count the same subject together, by names with a blank between them.
CREATE TABLE ruleset (
    rules integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    names text    COLLATE "C" NOT NULL UNIQUE
);

-- A place that a dispatch takes in all limits of `rules` for a subject.
CREATE TABLE hold (
    at      bigint  NOT NULL,
    row     bigint  NOT NULL,
    rules   integer NOT NULL,
    subject bytea   NOT NULL,
    PRIMARY KEY (subject, at, row) INCLUDE (rules)
);

-- Every word ever said, and below it the one that holds for each subject and scope. An empty
-- channel is every channel.
CREATE TABLE word (
    entry   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      bigint   NOT NULL,
    word    smallint NOT NULL,
    subject bytea    NOT NULL,
    channel text     NOT NULL,
    purpose text     NOT NULL,
    source  bytea    NOT NULL,
    wording bytea
);
CREATE INDEX word_subject ON word (subject, entry);

CREATE TABLE preference (
    subject bytea    NOT NULL,
    channel text     COLLATE "C" NOT NULL,
    purpose text     COLLATE "C" NOT NULL,
    word    smallint NOT NULL,
    PRIMARY KEY (subject, channel, purpose)
);

-- Audiences that were frozen when their campaign was published. One is written page by page while
-- nobody uses it; saving its campaign takes it into use in the same transaction. Numbers are never
-- given twice, so that a page that comes late finds nothing it could spoil.
CREATE TABLE audience (
    audience bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    in_use   boolean NOT NULL,
    campaign text    COLLATE "C" NOT NULL,
    journey  text    COLLATE "C" NOT NULL
);
CREATE INDEX audience_campaign ON audience (campaign);

-- The profile is JSON, there only where values are kept.
CREATE TABLE member (
    audience bigint NOT NULL,
    customer text   COLLATE "C" NOT NULL,
    profile  text,
    PRIMARY KEY (audience, customer)
);
