-- What tokens may do, and until when. A token has scopes (a set of permissions, further bounded by what its operator may at
-- each request), and ends. Those that are there keep what they could do: all that their operator may. Those without an end
-- get 90 days from this update on, as new ones do: whoever uses them sees the day in the list of tokens.

ALTER TABLE tokens ADD COLUMN scopes TEXT NOT NULL DEFAULT
    '["tickets.view","tickets.reply","tickets.manage","contacts.manage","addons.manage","catalog.manage","operators.manage","desk.manage"]';

--@sqlite
UPDATE tokens SET expires_at = unixepoch() * 1000 + 7776000000 WHERE expires_at IS NULL;
--@postgres
UPDATE tokens SET expires_at = (EXTRACT(EPOCH FROM now()) * 1000)::BIGINT + 7776000000 WHERE expires_at IS NULL;
--@both
