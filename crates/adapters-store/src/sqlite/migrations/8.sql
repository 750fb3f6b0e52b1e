-- The eighth layout: what came back.

-- The reports that were told, by their natural keys: one that is told again changes nothing.
CREATE TABLE told (
    id BLOB PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What came back of a dispatch: the bits of a set that only grows.
CREATE TABLE heard (
    row   INTEGER PRIMARY KEY,
    kinds INTEGER NOT NULL
) STRICT;

-- Reports about messages that are not known yet, by our name or by the provider's. Whose address
-- one names is not kept; the word in it was said then.
CREATE TABLE aside (
    entry     INTEGER PRIMARY KEY,
    told_at   INTEGER NOT NULL,
    provider  TEXT    NOT NULL,
    channel   TEXT    NOT NULL,
    name      TEXT,
    reference TEXT,
    kind      TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    refuses   TEXT    NOT NULL,
    code      TEXT,
    spoken    INTEGER NOT NULL
) STRICT;
CREATE INDEX aside_told ON aside (told_at);

-- What providers have under names of their own, in the order in which they took it: it grows at its
-- end. There is no index of references, which would be written anywhere by each message.
CREATE INDEX dispatch_taken ON dispatch (at) WHERE state = 3 AND reference IS NOT NULL;

PRAGMA user_version = 8;
