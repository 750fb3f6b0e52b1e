-- The sixth layout: what came back.

-- The reports that were told, by their natural keys: one that is told again changes nothing.
CREATE TABLE told (
    id bytea  PRIMARY KEY,
    at bigint NOT NULL
);

-- What came back of a dispatch: the bits of a set that only grows.
CREATE TABLE heard (
    row   bigint  PRIMARY KEY,
    kinds integer NOT NULL
);

-- Reports about messages that are not known yet, by our name or by the provider's. Whose address
-- one names is not kept; the word in it was said then.
CREATE TABLE aside (
    entry     bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    told_at   bigint  NOT NULL,
    at        bigint  NOT NULL,
    provider  text    NOT NULL,
    channel   text    NOT NULL,
    name      text,
    reference bytea,
    kind      text    NOT NULL,
    refuses   text    NOT NULL,
    code      bytea,
    spoken    boolean NOT NULL
);

-- What providers have under names of their own, in the order in which they took it: it grows at its
-- end. There is no index of references, which would be written anywhere by each message.
CREATE INDEX dispatch_taken ON dispatch (at, row) WHERE state = 3 AND reference IS NOT NULL;
