-- The fifth layout: between which instants intents may be lost.

-- One row each time that a server lost commits, or was restored: what was due between the two
-- instants may have been sent by intents that nobody remembers. What is planned anew for a time
-- in between is in doubt as well.
CREATE TABLE lost (
    until bigint PRIMARY KEY,
    since bigint NOT NULL
);
