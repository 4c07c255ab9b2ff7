-- What publishers earn: their share of what was paid for their add-ons, and what was paid out of it. Figures of add-ons that say
-- nothing of a desk. And what an invoice has to name once there is tax.

ALTER TABLE publishers ADD COLUMN share BIGINT NOT NULL DEFAULT 80 CHECK (share BETWEEN 0 AND 100); -- percent

-- What was paid for a line, without what the desk's credit paid, and the share of it that was the publisher's then. NULL: nothing
-- was paid yet, or before publishers earned anything.
ALTER TABLE invoice_lines ADD COLUMN paid BIGINT;
ALTER TABLE invoice_lines ADD COLUMN share BIGINT;

-- The publishers' book: each row moves an amount from one account to another, so that all accounts sum to zero. Never changed, and
-- without references, as it outlives the desks that paid.
CREATE TABLE earnings (
--@sqlite
    id INTEGER PRIMARY KEY AUTOINCREMENT,
--@postgres
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
--@both
    transaction_id TEXT NOT NULL, -- such as `line:12`: each once
    publisher TEXT NOT NULL, -- whose account it moves
    kind TEXT NOT NULL CHECK (kind IN ('sale', 'refund', 'refund-back', 'payout')),
    debit TEXT NOT NULL, -- such as `shares`
    credit TEXT NOT NULL, -- such as `publisher:acme`
    amount BIGINT NOT NULL CHECK (amount >= 0),
    currency TEXT NOT NULL,
    line_id BIGINT, -- none of a payout, as all that follows
    addon_id TEXT,
    installation_id TEXT,
    description TEXT,
    gross BIGINT, -- what was paid, or paid back
    share BIGINT, -- percent
    made_at BIGINT NOT NULL
){strict};
CREATE UNIQUE INDEX earnings_transaction_id_key ON earnings (transaction_id);
CREATE INDEX earnings_publisher ON earnings (publisher, made_at, id);
CREATE INDEX earnings_line ON earnings (line_id) WHERE line_id IS NOT NULL;

-- Where a publisher is paid.
CREATE TABLE publisher_banks (
    publisher TEXT PRIMARY KEY REFERENCES publishers (slug),
    sealed {blob} NOT NULL, -- JSON: holder and IBAN
    shown TEXT NOT NULL, -- of the IBAN, what may be shown
    changed_by TEXT NOT NULL REFERENCES billing_accounts (id),
    changed_at BIGINT NOT NULL
){strict};

-- One run for each month. Who gets what is decided with it, once.
CREATE TABLE payout_runs (
    month TEXT PRIMARY KEY, -- `YYYY-MM`
    state TEXT NOT NULL CHECK (state IN ('made', 'written', 'confirmed')),
    made_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
){strict};

CREATE TABLE payouts (
    month TEXT NOT NULL REFERENCES payout_runs (month),
    number BIGINT NOT NULL, -- 1, 2, … of each month
    publisher TEXT NOT NULL REFERENCES publishers (slug),
    amount BIGINT NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    sealed {blob} NOT NULL, -- the bank account, as it was
    PRIMARY KEY (month, number)
){strict};
CREATE UNIQUE INDEX payouts_month_publisher_currency_key ON payouts (month, publisher, currency);

-- Who sells and who buys, as they were when the invoice was made out.
ALTER TABLE billing_accounts ADD COLUMN address TEXT;
ALTER TABLE billing_accounts ADD COLUMN tax_id TEXT;
ALTER TABLE invoices ADD COLUMN seller_name TEXT;
ALTER TABLE invoices ADD COLUMN seller_address TEXT;
ALTER TABLE invoices ADD COLUMN seller_tax_id TEXT;
ALTER TABLE invoices ADD COLUMN buyer_name TEXT;
ALTER TABLE invoices ADD COLUMN buyer_address TEXT;
ALTER TABLE invoices ADD COLUMN buyer_tax_id TEXT;
-- In hundredths of a percent. The amount of a line is net.
ALTER TABLE invoice_lines ADD COLUMN tax_rate BIGINT NOT NULL DEFAULT 0 CHECK (tax_rate >= 0);

CREATE TABLE figures (
    addon_id TEXT NOT NULL,
    version TEXT NOT NULL,
    day TEXT NOT NULL, -- `YYYY-MM-DD` in UTC
    kind TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (addon_id, day, version, kind)
){strict};

-- Which version was called. NULL: before it was noted.
ALTER TABLE addon_calls ADD COLUMN version TEXT;
