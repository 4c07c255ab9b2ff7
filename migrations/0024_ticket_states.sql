-- Tickets that are put away: marked as spam, or in the trash until the host removes them for good. What a ticket or message
-- is called in the help desk that it was brought from. And which operators see no changes between the messages of a ticket.

ALTER TABLE tickets ADD COLUMN spam_at BIGINT;
ALTER TABLE tickets ADD COLUMN deleted_at BIGINT;
CREATE INDEX tickets_spam ON tickets (desk_id, updated_at, id) WHERE spam_at IS NOT NULL;
CREATE INDEX tickets_trash ON tickets (desk_id, updated_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX tickets_deleted ON tickets (deleted_at) WHERE deleted_at IS NOT NULL;
-- What is removed with a ticket is found by it.
CREATE INDEX channel_inbound_message ON channel_inbound (message_id);
CREATE INDEX channel_threads_ticket ON channel_threads (ticket_id);

ALTER TABLE tickets ADD COLUMN external_id TEXT;
ALTER TABLE messages ADD COLUMN external_id TEXT;
CREATE UNIQUE INDEX tickets_desk_id_external_id_key ON tickets (desk_id, external_id);
CREATE UNIQUE INDEX messages_desk_id_external_id_key ON messages (desk_id, external_id);

ALTER TABLE operators ADD COLUMN hides_changes BIGINT NOT NULL DEFAULT 0;
