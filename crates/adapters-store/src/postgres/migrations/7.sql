-- The seventh layout: what came to a bad end is found without reading what did not.

-- Dead addresses, refusals and complaints are the heaviest bits.
CREATE INDEX heard_badly ON heard (row) WHERE kinds >= 1024;
