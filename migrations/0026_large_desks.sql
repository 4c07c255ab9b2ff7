-- What the inbox counts, it counts in an index, without looking at the tickets themselves: whether one is put away stands there as well.
DROP INDEX tickets_by_updated;
DROP INDEX tickets_of_assignee;
CREATE INDEX tickets_by_updated ON tickets (desk_id, status, priority, updated_at, id, spam_at, deleted_at);
CREATE INDEX tickets_of_assignee ON tickets (desk_id, assignee_id, status, priority, updated_at, id, spam_at, deleted_at);
-- What is worked on, by whose it is and when somebody wrote last: the newest of these may be unread.
CREATE INDEX tickets_waiting ON tickets (desk_id, assignee_id, last_message_at, id)
    WHERE status IN ('open', 'pending') AND spam_at IS NULL AND deleted_at IS NULL;

-- The tags of a ticket, which SQLite may else look for among all tags of its desk.
CREATE INDEX ticket_tags_ticket ON ticket_tags (desk_id, ticket_id, tag);
