-- The fifth layout: a key is unique among those of its customer.
--
-- A key is a hash of what it names, its customer too, so nothing else would be the same in two
-- rows. But alone each one lies anywhere in its tree: planning a message wrote a page of the file
-- for its key. Beside the customer it lies where its neighbours at the source lie.

DROP INDEX dispatch_key;
DROP INDEX dispatch_customer;
CREATE UNIQUE INDEX dispatch_customer ON dispatch (customer, "key");

PRAGMA user_version = 5;
