-- Who is behind a message that came through a channel, where that is no person: an answering machine, a mailing list, a service that
-- could not deliver.
ALTER TABLE messages ADD COLUMN origin TEXT; -- NULL: a person
