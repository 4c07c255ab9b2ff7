-- Many desks in one host. The same person may work in several: an e-mail address is unique within a desk, and whoever signs in
-- with it comes into the desk whose password they gave. A desk can have a host name of its own, has a region, can be suspended
-- by the platform, and can be one in which a publisher tries its add-ons.

ALTER TABLE desks ADD COLUMN status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'leaving'));
ALTER TABLE desks ADD COLUMN status_since BIGINT; -- NULL: active from the beginning
ALTER TABLE desks ADD COLUMN host_name TEXT; -- lower case
ALTER TABLE desks ADD COLUMN region TEXT NOT NULL DEFAULT 'local';
ALTER TABLE desks ADD COLUMN developer_of TEXT REFERENCES publishers (slug);
CREATE UNIQUE INDEX desks_host_name_key ON desks (host_name);

--@sqlite
-- A constraint of a table is only changed with the table. What refers to it finds the same rows again before the transaction ends.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE operators_before AS SELECT * FROM operators;
DROP TABLE operators;
CREATE TABLE operators (
    id TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL REFERENCES desks (id),
    email TEXT NOT NULL, -- lower case
    name TEXT NOT NULL,
    password_hash TEXT, -- NULL until they have set one through a setup link
    locale TEXT,
    theme TEXT NOT NULL,
    shortcuts BIGINT NOT NULL,
    active BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_sign_in_at BIGINT,
    panels TEXT NOT NULL DEFAULT '[]',
    time_zone TEXT, -- NULL: the desk's
    unread_from BIGINT,
    mail_new BIGINT NOT NULL DEFAULT 0,
    mail_assigned BIGINT NOT NULL DEFAULT 1,
    mail_answered BIGINT NOT NULL DEFAULT 1,
    hides_changes BIGINT NOT NULL DEFAULT 0,
    UNIQUE (desk_id, id)
){strict};
INSERT INTO operators SELECT * FROM operators_before;
DROP TABLE operators_before;
--@postgres
ALTER TABLE operators DROP CONSTRAINT operators_email_key;
--@both
CREATE UNIQUE INDEX operators_desk_id_email_key ON operators (desk_id, email);
CREATE INDEX operators_email ON operators (email);
