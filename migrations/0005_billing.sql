-- Billing: who pays, what was ordered, the invoices and what was tried to have them paid, the ledger, trials, entitlements,
-- mails; and groups of operators. Money is {bigint} cents with an ISO currency; days are TEXT `YYYY-MM-DD` in the time zone
-- of the desk's bill. Rows that a crash may interrupt carry `rev` and change by compare-and-set; what must happen once
-- has a unique index that says so.

-- Groups of operators (R65): scope and auto-assignment, beside roles.
CREATE TABLE groups (
    id TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL REFERENCES desks (id),
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
){strict};
CREATE UNIQUE INDEX groups_desk_id_name_key ON groups (desk_id, name);
CREATE UNIQUE INDEX groups_desk_id_id_key ON groups (desk_id, id);

CREATE TABLE group_members (
    desk_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    operator_id TEXT NOT NULL,
    PRIMARY KEY (group_id, operator_id),
    FOREIGN KEY (desk_id, group_id) REFERENCES groups (desk_id, id) ON DELETE CASCADE,
    FOREIGN KEY (desk_id, operator_id) REFERENCES operators (desk_id, id)
){strict};
CREATE INDEX group_members_operator ON group_members (desk_id, operator_id);

-- The groups of the rule `groups` (R28).
CREATE TABLE installation_groups (
    desk_id TEXT NOT NULL,
    installation_id TEXT NOT NULL REFERENCES installations (id),
    group_id TEXT NOT NULL,
    PRIMARY KEY (installation_id, group_id),
    FOREIGN KEY (desk_id, group_id) REFERENCES groups (desk_id, id) ON DELETE CASCADE
){strict};

-- The rule knows groups now.
ALTER TABLE installations ADD COLUMN assignment TEXT NOT NULL DEFAULT 'everyone'
    CHECK (assignment IN ('everyone', 'roles', 'groups', 'nobody'));
UPDATE installations SET assignment = assigned_to;
ALTER TABLE installations DROP COLUMN assigned_to;
ALTER TABLE installations RENAME COLUMN assignment TO assigned_to;

-- Prices of a listing that replace those of the manifests, so that a price changes without a new version.
CREATE TABLE listing_plans (
    addon_id TEXT NOT NULL REFERENCES addons (id),
    plan_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    plan TEXT NOT NULL, -- JSON
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (addon_id, plan_id)
){strict};

-- Who pays. An account of the built-in client area has a password; one of another issuer is known by (issuer, subject).
CREATE TABLE billing_accounts (
    id TEXT PRIMARY KEY,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    password_hash TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
){strict};
CREATE UNIQUE INDEX billing_accounts_issuer_subject_key ON billing_accounts (issuer, subject);
CREATE UNIQUE INDEX billing_accounts_issuer_email_key ON billing_accounts (issuer, email) WHERE password_hash IS NOT NULL;

-- Which account holds the licence of a desk, for the built-in client area (R6).
CREATE TABLE desk_licences (
    desk_id TEXT PRIMARY KEY REFERENCES desks (id),
    account_id TEXT NOT NULL REFERENCES billing_accounts (id),
    since BIGINT NOT NULL
){strict};
CREATE INDEX desk_licences_account ON desk_licences (account_id);

-- The login of a desk to the billing system (R5). `holds_licence` 0: the wrong account (R6).
CREATE TABLE billing_logins (
    desk_id TEXT PRIMARY KEY REFERENCES desks (id),
    account_id TEXT NOT NULL REFERENCES billing_accounts (id),
    holds_licence BIGINT NOT NULL,
    logged_in_by TEXT NOT NULL,
    logged_in_at BIGINT NOT NULL
){strict};

-- Logins that a browser was sent away for: one-time, bound to the operator's session. Verifier and nonce are sealed.
CREATE TABLE oidc_requests (
    state_hash TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    sealed {blob} NOT NULL, -- issuer, nonce, PKCE verifier, where to go after
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
){strict};

-- The built-in client area as issuer: codes are hashed, bound and used once; sessions are its own.
CREATE TABLE oidc_codes (
    code_hash TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES billing_accounts (id),
    request TEXT NOT NULL, -- JSON: client, redirect URI, nonce, challenge, scopes
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
){strict};

CREATE TABLE client_sessions (
    token_hash TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES billing_accounts (id),
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
){strict};
CREATE INDEX client_sessions_account ON client_sessions (account_id);

-- The account at a gateway, and the cards there. No card data: only what the gateway shows of it.
CREATE TABLE gateway_customers (
    account_id TEXT NOT NULL REFERENCES billing_accounts (id),
    gateway TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, gateway)
){strict};
CREATE UNIQUE INDEX gateway_customers_gateway_customer_id_key ON gateway_customers (gateway, customer_id);

CREATE TABLE payment_methods (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES billing_accounts (id),
    gateway TEXT NOT NULL,
    gateway_id TEXT NOT NULL,
    brand TEXT NOT NULL,
    last4 TEXT NOT NULL,
    exp_month BIGINT NOT NULL,
    exp_year BIGINT NOT NULL,
    is_default BIGINT NOT NULL,
    created_at BIGINT NOT NULL
){strict};
CREATE UNIQUE INDEX payment_methods_gateway_id_key ON payment_methods (gateway, gateway_id);
CREATE UNIQUE INDEX payment_methods_account_id_key ON payment_methods (account_id) WHERE is_default = 1;

-- The bill of a desk: the day of the month it is made out (1 to 31, the last of shorter months), in which time zone, up
-- to which day it has been made out, and the last number given to an invoice.
CREATE TABLE billing_desks (
    desk_id TEXT PRIMARY KEY REFERENCES desks (id),
    billing_day BIGINT NOT NULL CHECK (billing_day BETWEEN 1 AND 31),
    time_zone TEXT NOT NULL,
    next_bill_on TEXT NOT NULL, -- the day that the next monthly invoice is made out
    next_bill_at BIGINT NOT NULL, -- the moment that day begins
    last_number BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    rev BIGINT NOT NULL DEFAULT 1
){strict};
CREATE INDEX billing_desks_due ON billing_desks (next_bill_at);

-- What an installation pays for from month to month, or has paid for once, or tries.
CREATE TABLE subscriptions (
    id TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL REFERENCES desks (id),
    installation_id TEXT NOT NULL,
    addon_id TEXT NOT NULL,
    plan TEXT NOT NULL, -- JSON, frozen when it was bought
    plan_model TEXT NOT NULL, -- of the plan
    currency TEXT NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity >= 0), -- licences or seats; 1 for flat and one-time
    quantity_next BIGINT CHECK (quantity_next >= 0), -- from the next period on
    state TEXT NOT NULL CHECK (state IN ('trialing', 'active', 'past-due', 'ended')),
    paid_through TEXT, -- first day that is not paid for; none for trials and one-time plans
    trial_ends_at BIGINT,
    ended_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    rev BIGINT NOT NULL
){strict};
CREATE UNIQUE INDEX subscriptions_installation_id_key ON subscriptions (installation_id) WHERE state <> 'ended';
CREATE INDEX subscriptions_desk ON subscriptions (desk_id, state);
CREATE INDEX subscriptions_trials ON subscriptions (trial_ends_at) WHERE state = 'trialing';

-- Trials outlive installations: reinstalling continues the old one (R20).
CREATE TABLE trials (
    desk_id TEXT NOT NULL REFERENCES desks (id),
    addon_id TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (desk_id, addon_id)
){strict};

-- Each reminder once (R21): the row is written in the transaction of the mail.
CREATE TABLE trial_reminders (
    desk_id TEXT NOT NULL,
    addon_id TEXT NOT NULL,
    days BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    PRIMARY KEY (desk_id, addon_id, days)
){strict};

-- Something to be paid at once: a plan, or more licences. What it costs is frozen here.
CREATE TABLE orders (
    id TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL REFERENCES desks (id),
    account_id TEXT NOT NULL REFERENCES billing_accounts (id),
    installation_id TEXT NOT NULL,
    addon_id TEXT NOT NULL,
    version TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('install', 'plan', 'licences')),
    plan TEXT NOT NULL, -- JSON
    quantity BIGINT NOT NULL CHECK (quantity >= 0),
    amount BIGINT NOT NULL CHECK (amount >= 0),
    currency TEXT NOT NULL,
    period_from TEXT NOT NULL,
    period_to TEXT, -- none for one-time plans
    details TEXT NOT NULL, -- JSON: what to do when it is paid, such as the chosen users
    ordered_by TEXT NOT NULL,
    idempotency_key TEXT,
    state TEXT NOT NULL CHECK (state IN ('open', 'paid', 'fulfilled', 'cancelled', 'refunded')),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    rev BIGINT NOT NULL
){strict};
CREATE UNIQUE INDEX orders_desk_id_idempotency_key_key ON orders (desk_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE UNIQUE INDEX orders_installation_id_key ON orders (installation_id) WHERE state IN ('open', 'paid');
CREATE INDEX orders_desk ON orders (desk_id, id);

-- An invoice of an order, or the monthly one of a desk, one for each currency.
CREATE TABLE invoices (
    id TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL REFERENCES desks (id),
    account_id TEXT NOT NULL REFERENCES billing_accounts (id),
    number BIGINT NOT NULL, -- counts up within the desk
    order_id TEXT REFERENCES orders (id),
    period_from TEXT, -- of a monthly invoice
    period_to TEXT,
    currency TEXT NOT NULL,
    total BIGINT NOT NULL CHECK (total >= 0),
    credit_used BIGINT NOT NULL DEFAULT 0 CHECK (credit_used >= 0),
    state TEXT NOT NULL CHECK (state IN ('open', 'due', 'paid', 'void')),
    due_since BIGINT,
    paid_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    rev BIGINT NOT NULL
){strict};
CREATE UNIQUE INDEX invoices_desk_id_number_key ON invoices (desk_id, number);
CREATE UNIQUE INDEX invoices_order_id_key ON invoices (order_id) WHERE order_id IS NOT NULL;
CREATE UNIQUE INDEX invoices_desk_id_currency_period_from_key ON invoices (desk_id, currency, period_from) WHERE order_id IS NULL;
CREATE INDEX invoices_state ON invoices (state, updated_at);
CREATE INDEX invoices_account ON invoices (account_id, id);

-- A line of a monthly invoice belongs to a subscription, and there is one for each period of it.
CREATE TABLE invoice_lines (
--@sqlite
    id INTEGER PRIMARY KEY AUTOINCREMENT,
--@postgres
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
--@both
    desk_id TEXT NOT NULL,
    invoice_id TEXT NOT NULL REFERENCES invoices (id),
    subscription_id TEXT,
    installation_id TEXT NOT NULL,
    addon_id TEXT NOT NULL,
    plan_id TEXT NOT NULL,
    plan_model TEXT NOT NULL,
    description TEXT NOT NULL, -- the add-on's and the plan's name in English, as they were
    quantity BIGINT NOT NULL,
    unit_price BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    period_from TEXT NOT NULL,
    period_to TEXT
){strict};
CREATE UNIQUE INDEX invoice_lines_subscription_id_period_from_key ON invoice_lines (subscription_id, period_from)
    WHERE subscription_id IS NOT NULL;
CREATE INDEX invoice_lines_invoice ON invoice_lines (invoice_id);

-- One try to take money. At most one is under way for an invoice; the next one starts when the one before reads back
-- cancelled at the gateway.
CREATE TABLE attempts (
    id TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL,
    invoice_id TEXT NOT NULL REFERENCES invoices (id),
    number BIGINT NOT NULL,
    gateway TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    method_id TEXT NOT NULL, -- at the gateway
    amount BIGINT NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    intent_id TEXT, -- the PaymentIntent
    state TEXT NOT NULL
        CHECK (state IN ('new', 'created', 'confirming', 'action-required', 'declined', 'succeeded', 'cancelled')),
    error_code TEXT,
    error_text TEXT,
    action_url TEXT, -- 3-D Secure
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    rev BIGINT NOT NULL
){strict};
CREATE UNIQUE INDEX attempts_invoice_id_number_key ON attempts (invoice_id, number);
CREATE UNIQUE INDEX attempts_invoice_id_key ON attempts (invoice_id) WHERE state <> 'cancelled';
CREATE UNIQUE INDEX attempts_gateway_intent_id_key ON attempts (gateway, intent_id) WHERE intent_id IS NOT NULL;
CREATE INDEX attempts_state ON attempts (state, updated_at);

-- The sum of an attempt's refunds never exceeds what it took.
CREATE TABLE refunds (
    id TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL,
    invoice_id TEXT NOT NULL REFERENCES invoices (id),
    attempt_id TEXT REFERENCES attempts (id), -- none: to credit
    amount BIGINT NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    reason TEXT NOT NULL,
    gateway_id TEXT,
    state TEXT NOT NULL CHECK (state IN ('new', 'requested', 'succeeded', 'failed')),
    error_text TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    rev BIGINT NOT NULL
){strict};
CREATE UNIQUE INDEX refunds_invoice_id_reason_key ON refunds (invoice_id, reason);
CREATE INDEX refunds_state ON refunds (state, updated_at);

-- Double entry. Debits are positive, credits negative; the entries of a transaction sum to zero. Never changed.
CREATE TABLE entries (
--@sqlite
    id INTEGER PRIMARY KEY AUTOINCREMENT,
--@postgres
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
--@both
    desk_id TEXT NOT NULL,
    transaction_id TEXT NOT NULL, -- such as `invoice:…:issued`: each once
    account TEXT NOT NULL CHECK (account IN ('receivable', 'revenue', 'cash', 'credit', 'refunds', 'granted')),
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    invoice_id TEXT,
    note TEXT NOT NULL,
    made_at BIGINT NOT NULL
){strict};
CREATE UNIQUE INDEX entries_transaction_id_account_key ON entries (transaction_id, account);
CREATE INDEX entries_desk ON entries (desk_id, id);
CREATE INDEX entries_balance ON entries (desk_id, account, currency);

-- Hints that were taken in from a gateway: each once.
CREATE TABLE gateway_events (
    gateway TEXT NOT NULL,
    event_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (gateway, event_id)
){strict};

-- Signed rights of installations to run, checked without the billing system. A revocation is signed as well.
CREATE TABLE entitlements (
    installation_id TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL,
    token TEXT NOT NULL,
    not_after BIGINT NOT NULL,
    refreshed_at BIGINT NOT NULL,
    revocation TEXT
){strict};
CREATE INDEX entitlements_refresh ON entitlements (refreshed_at);
CREATE INDEX entitlements_desk ON entitlements (desk_id);

-- An installation that was begun and left: taken up at the step where it was left (R15).
CREATE TABLE install_drafts (
    desk_id TEXT NOT NULL,
    addon_id TEXT NOT NULL,
    operator_id TEXT NOT NULL,
    draft TEXT NOT NULL, -- JSON: version, plan, trial or not, users, rule
    idempotency_key TEXT NOT NULL, -- the one click at the end
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (desk_id, addon_id, operator_id)
){strict};

-- Mails, written in the transaction of what they tell; a worker sends them.
CREATE TABLE mails (
    id TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL REFERENCES desks (id),
    operator_id TEXT, -- whose language it is written in; none: the desk's
    to_address TEXT NOT NULL,
    kind TEXT NOT NULL, -- which template
    args TEXT NOT NULL, -- JSON
    unique_key TEXT NOT NULL, -- each mail once
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'kept', 'failed')), -- kept: there is no SMTP server
    subject TEXT,
    html TEXT,
    text TEXT,
    attempts BIGINT NOT NULL DEFAULT 0,
    error TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
){strict};
CREATE UNIQUE INDEX mails_desk_id_unique_key_key ON mails (desk_id, unique_key);
CREATE INDEX mails_desk ON mails (desk_id, id);

-- The built-in test gateway, kept as a payment company would keep it: objects, and answers by idempotency key.
CREATE TABLE test_gateway_objects (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('customer', 'setup', 'method', 'intent', 'refund')),
    customer_id TEXT,
    body TEXT NOT NULL, -- JSON
    created_at BIGINT NOT NULL,
    rev BIGINT NOT NULL
){strict};
CREATE INDEX test_gateway_objects_customer ON test_gateway_objects (kind, customer_id, created_at);

CREATE TABLE test_gateway_keys (
    key TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    object_id TEXT NOT NULL,
    created_at BIGINT NOT NULL
){strict};
