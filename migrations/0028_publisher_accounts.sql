-- Publishers who have accounts: who asked to be one, who belongs to one and as what, what they accepted, the tokens of their
-- programs, and the platform's own people who decide about them. Publishers that the command line trusts have none of this.

ALTER TABLE publishers ADD COLUMN status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended'));
ALTER TABLE publishers ADD COLUMN site TEXT;
ALTER TABLE publishers ADD COLUMN contact_email TEXT;
ALTER TABLE publishers ADD COLUMN developer_desk TEXT REFERENCES desks (id) ON DELETE SET NULL;

CREATE TABLE publisher_requests (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL, -- of the organisation
    slug TEXT NOT NULL, -- that they wish for
    contact TEXT NOT NULL, -- the person's name
    email TEXT NOT NULL, -- in lower case
    site TEXT NOT NULL,
    about TEXT NOT NULL, -- what is to be built
    state TEXT NOT NULL CHECK (state IN ('open', 'approved', 'refused')),
    reason TEXT, -- of the refusal
    created_at BIGINT NOT NULL,
    decided_at BIGINT
){strict};
CREATE UNIQUE INDEX publisher_requests_email_key ON publisher_requests (email) WHERE state = 'open';
CREATE INDEX publisher_requests_state ON publisher_requests (state, id);

CREATE TABLE publisher_members (
    publisher TEXT NOT NULL REFERENCES publishers (slug),
    account_id TEXT NOT NULL REFERENCES billing_accounts (id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'developer', 'finance')),
    since BIGINT NOT NULL,
    PRIMARY KEY (publisher, account_id)
){strict};
CREATE INDEX publisher_members_account ON publisher_members (account_id, publisher);

-- One-time links by mail. With an account, it is one that was made for who has the link, and they choose its password.
CREATE TABLE publisher_invitations (
    id TEXT PRIMARY KEY,
    publisher TEXT NOT NULL REFERENCES publishers (slug),
    email TEXT NOT NULL, -- in lower case
    role TEXT NOT NULL CHECK (role IN ('owner', 'developer', 'finance')),
    account_id TEXT REFERENCES billing_accounts (id),
    secret_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
){strict};
CREATE UNIQUE INDEX publisher_invitations_publisher_email_key ON publisher_invitations (publisher, email);
CREATE UNIQUE INDEX publisher_invitations_secret_hash_key ON publisher_invitations (secret_hash);

-- What publishers agree to. A version that was published stays as it is.
CREATE TABLE partner_documents (
    kind TEXT NOT NULL,
    version BIGINT NOT NULL, -- 1, 2, … of each kind
    body TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (kind, version)
){strict};

CREATE TABLE publisher_acceptances (
    publisher TEXT NOT NULL REFERENCES publishers (slug),
    kind TEXT NOT NULL,
    version BIGINT NOT NULL,
    account_id TEXT NOT NULL REFERENCES billing_accounts (id), -- who accepted for the publisher
    accepted_at BIGINT NOT NULL,
    PRIMARY KEY (publisher, kind, version),
    FOREIGN KEY (kind, version) REFERENCES partner_documents (kind, version)
){strict};

CREATE TABLE publisher_tokens (
    id TEXT PRIMARY KEY,
    publisher TEXT NOT NULL REFERENCES publishers (slug),
    account_id TEXT NOT NULL REFERENCES billing_accounts (id), -- who made it
    name TEXT NOT NULL,
    scopes TEXT NOT NULL, -- JSON
    secret_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT
){strict};
CREATE UNIQUE INDEX publisher_tokens_secret_hash_key ON publisher_tokens (secret_hash);
CREATE INDEX publisher_tokens_publisher ON publisher_tokens (publisher, created_at);

CREATE TABLE staff (
    account_id TEXT NOT NULL REFERENCES billing_accounts (id),
    permission TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (account_id, permission)
){strict};
