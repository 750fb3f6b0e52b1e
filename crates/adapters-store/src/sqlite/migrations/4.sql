-- The fourth layout: words hang on each other, and people can be forgotten.

-- The link of a word to all words before it; older words have none.
ALTER TABLE word ADD COLUMN link BLOB;

-- Those who were forgotten, by their pseudonyms.
CREATE TABLE erased (
    person BLOB    PRIMARY KEY,
    at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 4;
