-- What publishers of versions that are set up by hand were asked, and what they said: one row for each operation that waits or
-- has waited for an answer.
CREATE TABLE provisioning_requests (
    saga_id TEXT PRIMARY KEY REFERENCES sagas (id) ON DELETE CASCADE,
    desk_id TEXT NOT NULL REFERENCES desks (id),
    installation_id TEXT NOT NULL REFERENCES installations (id),
    publisher TEXT NOT NULL,
    addon_id TEXT NOT NULL,
    version TEXT NOT NULL, -- of an update, the one to come
    asked TEXT NOT NULL CHECK (asked IN ('install', 'update', 'uninstall')),
    asked_by TEXT NOT NULL, -- the operator
    asked_at BIGINT NOT NULL,
    answer_until BIGINT NOT NULL,
    answer TEXT CHECK (answer IN ('accepted', 'rejected', 'undone')), -- NULL: it is waited for; undone: accepted, and then it failed
    reason TEXT,
    answered_at BIGINT
){strict};
CREATE INDEX provisioning_requests_installation ON provisioning_requests (installation_id, asked_at);
CREATE INDEX provisioning_requests_open ON provisioning_requests (publisher) WHERE answer IS NULL;
