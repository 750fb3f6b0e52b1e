-- The fourth layout: what happened, until somebody has it.

-- Whether anybody wants to hear what happens.
ALTER TABLE store ADD COLUMN events boolean NOT NULL DEFAULT false;

-- The facts of a decision, as JSON in bytes: ids of others may have a NUL. Numbers are never given
-- twice: events have their names by them.
CREATE TABLE outbox (
    decision bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       bigint NOT NULL,
    body     bytea  NOT NULL
);

-- Who passes events on, and until when nobody else does.
CREATE TABLE relay (
    one    integer PRIMARY KEY CHECK (one = 1),
    worker text    COLLATE "C" NOT NULL,
    until  bigint  NOT NULL
) WITH (fillfactor = 50);
