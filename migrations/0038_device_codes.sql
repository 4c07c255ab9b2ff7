-- Programs of publishers that ask to be let in from a machine without a browser (RFC 8628). The long code is the program's, the
-- short one is typed by a person in the portal; both are kept as hashes, and for minutes.
CREATE TABLE device_codes (
    device_hash TEXT PRIMARY KEY,
    user_hash TEXT NOT NULL,
    program TEXT NOT NULL, -- what it calls itself
    address TEXT NOT NULL, -- where it asked from
    publisher TEXT, -- the one that it asked for, then the one that it was let in to; NULL: who decides chooses
    scopes TEXT NOT NULL, -- JSON
    state TEXT NOT NULL CHECK (state IN ('waiting', 'approved', 'denied', 'used')),
    account_id TEXT REFERENCES billing_accounts (id), -- who decided
    pause BIGINT NOT NULL, -- seconds between two questions of the program
    polled_at BIGINT, -- when it asked last
    expires_at BIGINT NOT NULL
){strict};
CREATE UNIQUE INDEX device_codes_user_hash_key ON device_codes (user_hash);
