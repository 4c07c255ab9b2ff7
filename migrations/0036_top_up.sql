-- Credit that is topped up by card, and publishers who are told that their service is away.

-- What is bought with this invoice is credit: who asked for it; NULL: anything else.
ALTER TABLE invoices ADD COLUMN top_up TEXT CHECK (top_up IN ('hand', 'threshold'));
ALTER TABLE invoices ADD COLUMN top_up_key TEXT; -- the same key tops up once
CREATE UNIQUE INDEX invoices_top_up_key ON invoices (desk_id, top_up_key);

-- A line may be credit. A constraint of a table is only changed with the table.
--@sqlite
PRAGMA defer_foreign_keys = ON;
CREATE TABLE invoice_lines_before AS SELECT * FROM invoice_lines;
DROP TABLE invoice_lines;
CREATE TABLE invoice_lines (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    desk_id TEXT NOT NULL,
    invoice_id TEXT NOT NULL REFERENCES invoices (id),
    subscription_id TEXT,
    installation_id TEXT NOT NULL,
    addon_id TEXT NOT NULL,
    plan_id TEXT NOT NULL,
    plan_model TEXT NOT NULL,
    description TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    unit_price BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    period_from TEXT NOT NULL,
    period_to TEXT,
    kind TEXT NOT NULL DEFAULT 'charge' CHECK (kind IN ('charge', 'unused', 'covered', 'carried', 'credit')),
    reduced BIGINT NOT NULL DEFAULT 0 CHECK (reduced >= 0),
    paid BIGINT,
    share BIGINT,
    tax_rate BIGINT NOT NULL DEFAULT 0 CHECK (tax_rate >= 0)
){strict};
INSERT INTO invoice_lines SELECT * FROM invoice_lines_before;
DROP TABLE invoice_lines_before;
CREATE UNIQUE INDEX invoice_lines_subscription_id_period_from_key ON invoice_lines (subscription_id, period_from)
    WHERE subscription_id IS NOT NULL;
CREATE INDEX invoice_lines_invoice ON invoice_lines (invoice_id);
--@postgres
ALTER TABLE invoice_lines DROP CONSTRAINT invoice_lines_kind_check;
ALTER TABLE invoice_lines ADD CONSTRAINT invoice_lines_kind_check
    CHECK (kind IN ('charge', 'unused', 'covered', 'carried', 'credit'));
--@both

-- Desks whose credit is topped up by itself when it falls below a threshold.
CREATE TABLE top_ups (
    desk_id TEXT PRIMARY KEY REFERENCES desks (id),
    account_id TEXT NOT NULL REFERENCES billing_accounts (id), -- who wants it, and pays
    currency TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    threshold BIGINT NOT NULL CHECK (threshold > 0),
    since BIGINT NOT NULL
){strict};

-- What came of the last try of an event, and when.
ALTER TABLE publisher_events ADD COLUMN answer TEXT; -- JSON
ALTER TABLE publisher_events ADD COLUMN answered_at BIGINT;

-- When its publisher was told of an outage that goes on.
ALTER TABLE publisher_endpoints ADD COLUMN mailed_at BIGINT;
