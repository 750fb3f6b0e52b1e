-- The second layout: what an audit and a new limit ask of the past.

-- Zones by name. A dispatch has the one in which it was judged when it began last.
CREATE TABLE zone (
    zone smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text     COLLATE "C" NOT NULL UNIQUE
);

ALTER TABLE dispatch ADD COLUMN zone smallint;

-- What a dispatch was charged to its campaign's budget, in millionths of the unit of money.
ALTER TABLE dispatch ADD COLUMN charged bigint;

-- What campaigns with a budget have spent on what may have reached somebody.
CREATE TABLE spent (
    campaign text   COLLATE "C" PRIMARY KEY,
    messages bigint NOT NULL,
    money    bigint NOT NULL
) WITH (fillfactor = 50);

-- The limits that hold places, and since when under this law.
CREATE TABLE known_limit (
    rule  text   COLLATE "C" PRIMARY KEY,
    law   text   NOT NULL,
    since bigint NOT NULL
);

-- When the word that holds was said.
ALTER TABLE preference ADD COLUMN at bigint NOT NULL DEFAULT 0;
UPDATE preference p SET at = coalesce((SELECT w.at FROM word w WHERE w.subject = p.subject
    AND w.channel = p.channel AND w.purpose = p.purpose ORDER BY w.entry DESC LIMIT 1), 0);
ALTER TABLE preference ALTER COLUMN at DROP DEFAULT;
