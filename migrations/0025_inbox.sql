-- The inbox reads stretches of an index: one status and one priority, in the order of a sort. Each sort has its index, and so
-- has whose tickets they are; those before began with less, and are parts of these.
CREATE INDEX tickets_by_updated ON tickets (desk_id, status, priority, updated_at, id);
CREATE INDEX tickets_by_created ON tickets (desk_id, status, priority, created_at, id);
CREATE INDEX tickets_by_number ON tickets (desk_id, status, priority, number, id);
CREATE INDEX tickets_of_assignee ON tickets (desk_id, assignee_id, status, priority, updated_at, id);
CREATE INDEX tickets_of_requester ON tickets (desk_id, requester_id, status, priority, updated_at, id);
DROP INDEX tickets_status;
DROP INDEX tickets_updated;
DROP INDEX tickets_assignee;
DROP INDEX tickets_requester;
