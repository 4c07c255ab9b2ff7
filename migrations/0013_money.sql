-- Money after the examination: a refund falls on lines of its invoice; declined months are tried again on a schedule;
-- payments know whether the payer was there; disputes; days that are not owed any more; what is netted within an
-- invoice and what waits for the next one; months that were missed are charged when somebody says so.

-- What a line is: something that is paid for; the days that are left of a plan that another one replaces, or that are
-- paid for already when it is bought again (both less than nothing); too little to be taken, carried over from before.
ALTER TABLE invoice_lines ADD COLUMN kind TEXT NOT NULL DEFAULT 'charge'
    CHECK (kind IN ('charge', 'unused', 'covered', 'carried'));
-- What of a line is not owed any more: the days after a cancel, in cents. The sum of them is the invoice's.
ALTER TABLE invoice_lines ADD COLUMN reduced BIGINT NOT NULL DEFAULT 0 CHECK (reduced >= 0);
ALTER TABLE invoices ADD COLUMN reduced BIGINT NOT NULL DEFAULT 0 CHECK (reduced >= 0);

-- When a due month is tried again by itself, and when its payer was told that the end of the days of grace is near.
ALTER TABLE invoices ADD COLUMN retry_at BIGINT;
ALTER TABLE invoices ADD COLUMN warned_at BIGINT;
CREATE INDEX invoices_retry ON invoices (retry_at) WHERE retry_at IS NOT NULL;
-- Those that are due for less than their days of grace are tried once, and then on the schedule.
UPDATE invoices SET retry_at = due_since + 86400000
--@sqlite
    WHERE state = 'due' AND order_id IS NULL AND due_since > CAST(strftime('%s', 'now') AS INTEGER) * 1000 - 14 * 86400000;
--@postgres
    WHERE state = 'due' AND order_id IS NULL AND due_since > CAST(EXTRACT(EPOCH FROM now()) * 1000 AS BIGINT) - 14 * 86400000;
--@both

-- Nobody was at the page when the payment was begun.
ALTER TABLE attempts ADD COLUMN off_session BIGINT NOT NULL DEFAULT 0;

-- Since when a desk is asked whether the months that were missed are to be charged, and up to which bill it has said yes.
ALTER TABLE billing_desks ADD COLUMN asked_at BIGINT;
ALTER TABLE billing_desks ADD COLUMN confirmed_through TEXT;

-- What of a refund falls on which line. Refunds of before fall on all lines of their invoice alike.
CREATE TABLE refund_lines (
    refund_id TEXT NOT NULL REFERENCES refunds (id),
    line_id BIGINT NOT NULL REFERENCES invoice_lines (id),
    amount BIGINT NOT NULL CHECK (amount > 0),
    PRIMARY KEY (refund_id, line_id)
){strict};
CREATE INDEX refund_lines_line ON refund_lines (line_id);

-- A payment that its payer disputes with the bank. While it is open or lost the money is away: a refund that was not made
-- by us (`refund_id`), which fails when the dispute is won.
CREATE TABLE disputes (
    gateway TEXT NOT NULL,
    gateway_id TEXT NOT NULL,
    desk_id TEXT NOT NULL REFERENCES desks (id),
    invoice_id TEXT NOT NULL REFERENCES invoices (id),
    attempt_id TEXT NOT NULL REFERENCES attempts (id),
    refund_id TEXT REFERENCES refunds (id), -- none while it is only asked about: no money was taken back
    amount BIGINT NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    reason TEXT NOT NULL, -- the gateway's word
    state TEXT NOT NULL CHECK (state IN ('inquiry', 'open', 'won', 'lost')),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    rev BIGINT NOT NULL,
    PRIMARY KEY (gateway, gateway_id)
){strict};
CREATE INDEX disputes_invoice ON disputes (invoice_id);
CREATE INDEX disputes_state ON disputes (state, updated_at);
