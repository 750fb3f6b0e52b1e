-- The third layout: words hang on each other, and people can be forgotten.

-- The link of a word to all words before it; older words have none.
ALTER TABLE word ADD COLUMN link bytea;

-- Those who were forgotten, by their pseudonyms. Also the lock between those who forget and those
-- who plan.
CREATE TABLE erased (
    person bytea  PRIMARY KEY,
    at     bigint NOT NULL
);
