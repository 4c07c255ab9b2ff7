-- Where people are: times are shown as their clocks tell them. IANA names.
ALTER TABLE desks ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'UTC';
ALTER TABLE operators ADD COLUMN time_zone TEXT; -- NULL: the desk's
-- One way to a new password is an invitation, the other a link that was asked for by mail.
ALTER TABLE setup_links ADD COLUMN purpose TEXT NOT NULL DEFAULT 'set-up' CHECK (purpose IN ('set-up', 'reset'));
