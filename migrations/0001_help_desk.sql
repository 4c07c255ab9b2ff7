-- The help desk itself: who works in a desk, who writes to it, tickets, and the host's own book-keeping (jobs, idempotent
-- requests, the audit log, wrapped keys). Add-ons come in 0002.
--
-- Conventions, the same in both dialects: ids are UUIDs as TEXT, times are milliseconds, flags are 0 or 1, JSON is TEXT.
-- Rows of a desk name it, and foreign keys include it, so that no row can point into another desk. Unique constraints
-- are reported as table_column_column_key: code depends on these names.

CREATE TABLE desks (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    locale TEXT NOT NULL,
    last_ticket BIGINT NOT NULL DEFAULT 0, -- the highest ticket number given out
    created_at BIGINT NOT NULL
){strict};

-- The data key of each desk, wrapped by the master key that never enters the database.
CREATE TABLE desk_keys (
    desk_id TEXT PRIMARY KEY REFERENCES desks (id),
    wrapped {blob} NOT NULL,
    created_at BIGINT NOT NULL
){strict};

CREATE TABLE roles (
    id TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL REFERENCES desks (id),
    name TEXT NOT NULL,
    builtin TEXT CHECK (builtin IN ('admin', 'agent')), -- NULL: made by an operator
    permissions TEXT NOT NULL, -- JSON array of permission words
    created_at BIGINT NOT NULL,
    UNIQUE (desk_id, id),
    UNIQUE (desk_id, name)
){strict};
CREATE UNIQUE INDEX roles_desk_id_builtin_key ON roles (desk_id, builtin);

CREATE TABLE operators (
    id TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL REFERENCES desks (id),
    email TEXT NOT NULL UNIQUE, -- lower case; across desks, because it is the name to sign in with
    name TEXT NOT NULL,
    password_hash TEXT, -- NULL until they have set one through a setup link
    locale TEXT,
    theme TEXT NOT NULL,
    shortcuts BIGINT NOT NULL,
    active BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_sign_in_at BIGINT,
    UNIQUE (desk_id, id)
){strict};

CREATE TABLE operator_roles (
    desk_id TEXT NOT NULL,
    operator_id TEXT NOT NULL,
    role_id TEXT NOT NULL,
    PRIMARY KEY (operator_id, role_id),
    FOREIGN KEY (desk_id, operator_id) REFERENCES operators (desk_id, id),
    FOREIGN KEY (desk_id, role_id) REFERENCES roles (desk_id, id)
){strict};
CREATE INDEX operator_roles_role ON operator_roles (desk_id, role_id);

-- Only the SHA-256 of a session's or token's secret is stored: a stolen database opens no session.
CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL,
    operator_id TEXT NOT NULL,
    secret_hash TEXT NOT NULL UNIQUE,
    user_agent TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    confirmed_at BIGINT NOT NULL, -- when the password was last given
    FOREIGN KEY (desk_id, operator_id) REFERENCES operators (desk_id, id)
){strict};
CREATE INDEX sessions_operator ON sessions (desk_id, operator_id);
CREATE INDEX sessions_seen ON sessions (seen_at);

CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL,
    operator_id TEXT NOT NULL,
    name TEXT NOT NULL,
    secret_hash TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT,
    revoked_at BIGINT,
    FOREIGN KEY (desk_id, operator_id) REFERENCES operators (desk_id, id)
){strict};
CREATE INDEX tokens_operator ON tokens (desk_id, operator_id);

-- One-time links: to make the first admin of a desk (no operator yet), or to choose a password.
CREATE TABLE setup_links (
    secret_hash TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL REFERENCES desks (id),
    operator_id TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    FOREIGN KEY (desk_id, operator_id) REFERENCES operators (desk_id, id)
){strict};
CREATE INDEX setup_links_desk ON setup_links (desk_id);

-- Attempts to sign in, for the rate limit; rows of an account go when it signs in, the others after an hour.
CREATE TABLE login_attempts (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL, -- SHA-256 of the e-mail that was entered: what people mistype there may be a password
    address TEXT NOT NULL,
    at BIGINT NOT NULL
){strict};
CREATE INDEX login_attempts_account ON login_attempts (account, at);
CREATE INDEX login_attempts_address ON login_attempts (address, at);

CREATE TABLE contacts (
    id TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL REFERENCES desks (id),
    name TEXT NOT NULL,
    email TEXT, -- lower case
    phone TEXT,
    company TEXT,
    folded TEXT NOT NULL, -- name, e-mail, phone and company in lower case, for the search: SQL's LOWER knows ASCII only
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (desk_id, id),
    UNIQUE (desk_id, email)
){strict};
CREATE INDEX contacts_name ON contacts (desk_id, folded, id);

CREATE TABLE tickets (
    id TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL REFERENCES desks (id),
    number BIGINT NOT NULL,
    subject TEXT NOT NULL,
    folded TEXT NOT NULL, -- the subject in lower case
    status TEXT NOT NULL,
    priority TEXT NOT NULL,
    requester_id TEXT NOT NULL,
    assignee_id TEXT,
    tags TEXT NOT NULL, -- JSON array, sorted; ticket_tags repeats it for the filter
    channel_installation_id TEXT,
    channel_thread TEXT,
    channel_handle TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL, -- rises with each change, so it also tells versions apart
    UNIQUE (desk_id, id),
    UNIQUE (desk_id, number),
    FOREIGN KEY (desk_id, requester_id) REFERENCES contacts (desk_id, id),
    FOREIGN KEY (desk_id, assignee_id) REFERENCES operators (desk_id, id)
){strict};
CREATE INDEX tickets_status ON tickets (desk_id, status, updated_at, id);
CREATE INDEX tickets_updated ON tickets (desk_id, updated_at, id);
CREATE INDEX tickets_assignee ON tickets (desk_id, assignee_id, status);
CREATE INDEX tickets_requester ON tickets (desk_id, requester_id);
CREATE INDEX tickets_thread ON tickets (desk_id, channel_installation_id, channel_thread);

CREATE TABLE ticket_tags (
    desk_id TEXT NOT NULL,
    ticket_id TEXT NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (ticket_id, tag),
    FOREIGN KEY (desk_id, ticket_id) REFERENCES tickets (desk_id, id)
){strict};
CREATE INDEX ticket_tags_tag ON ticket_tags (desk_id, tag, ticket_id);

-- What happened to a ticket, besides its messages.
CREATE TABLE ticket_changes (
    id TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL,
    ticket_id TEXT NOT NULL,
    actor TEXT NOT NULL, -- as in the audit log
    field TEXT NOT NULL,
    old TEXT NOT NULL,
    new TEXT NOT NULL,
    at BIGINT NOT NULL,
    FOREIGN KEY (desk_id, ticket_id) REFERENCES tickets (desk_id, id)
){strict};
CREATE INDEX ticket_changes_ticket ON ticket_changes (desk_id, ticket_id, at, id);

CREATE TABLE messages (
    id TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL,
    ticket_id TEXT NOT NULL,
    author_kind TEXT NOT NULL,
    author_id TEXT NOT NULL,
    internal BIGINT NOT NULL,
    body TEXT NOT NULL,
    folded TEXT NOT NULL, -- the body in lower case
    delivery TEXT NOT NULL,
    delivery_error TEXT,
    created_at BIGINT NOT NULL,
    UNIQUE (desk_id, id),
    FOREIGN KEY (desk_id, ticket_id) REFERENCES tickets (desk_id, id)
){strict};
CREATE INDEX messages_ticket ON messages (desk_id, ticket_id, created_at, id);

CREATE TABLE idempotency (
    desk_id TEXT NOT NULL REFERENCES desks (id),
    key TEXT NOT NULL,
    route TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    claim TEXT NOT NULL, -- who works on it, while there is no answer
    status BIGINT, -- NULL while the request is being worked on
    headers TEXT, -- JSON array of pairs
    body {blob},
    started_at BIGINT NOT NULL,
    PRIMARY KEY (desk_id, key)
){strict};
CREATE INDEX idempotency_started ON idempotency (started_at);

-- Finished jobs are deleted; those given up stay, for people to look at.
CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    desk_id TEXT,
    payload TEXT NOT NULL, -- JSON
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'failed')),
    run_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    fence BIGINT NOT NULL DEFAULT 0, -- rises with each claim: a worker that lost its lease can write nothing
    leased_until BIGINT,
    unique_key TEXT UNIQUE, -- while waiting
    last_error TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
){strict};
CREATE INDEX jobs_due ON jobs (state, run_at, id);

-- One hash chain per desk, and one named 'host'.
CREATE TABLE audit_heads (
    chain TEXT PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
){strict};

CREATE TABLE audit_log (
    chain TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    detail TEXT NOT NULL, -- JSON
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (chain, seq)
){strict};

--@sqlite
CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
-- INSERT OR REPLACE would delete without firing the trigger above.
CREATE TRIGGER audit_log_no_replace BEFORE INSERT ON audit_log
WHEN EXISTS (SELECT 1 FROM audit_log WHERE chain = NEW.chain AND seq = NEW.seq)
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
--@postgres
CREATE FUNCTION audit_log_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END
$$;
CREATE TRIGGER audit_log_no_change BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION audit_log_refuse();
CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_refuse();
--@both
