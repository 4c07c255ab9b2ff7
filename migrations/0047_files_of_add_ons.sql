-- Files that add-ons make: an operator has uploaded a file, or an installation has made it. What a message has stays when the
-- installation goes.

--@sqlite
CREATE TABLE made_attachments (
    id TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL,
    operator_id TEXT, -- who uploaded it
    ticket_id TEXT,
    message_id TEXT,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    installation_id TEXT, -- what made it
    FOREIGN KEY (desk_id, operator_id) REFERENCES operators (desk_id, id),
    FOREIGN KEY (desk_id, ticket_id) REFERENCES tickets (desk_id, id),
    FOREIGN KEY (desk_id, message_id) REFERENCES messages (desk_id, id)
) STRICT;
INSERT INTO made_attachments
    SELECT id, desk_id, operator_id, ticket_id, message_id, name, media_type, size, created_at, NULL FROM attachments;
-- Without its trigger: no file becomes stray.
DROP TRIGGER attachments_deleted;
DROP TABLE attachments;
ALTER TABLE made_attachments RENAME TO attachments;
CREATE INDEX attachments_message ON attachments (desk_id, message_id);
CREATE INDEX attachments_ticket ON attachments (desk_id, ticket_id);
CREATE INDEX attachments_waiting ON attachments (desk_id, operator_id, ticket_id, created_at) WHERE message_id IS NULL;
CREATE TRIGGER attachments_deleted AFTER DELETE ON attachments BEGIN
    INSERT INTO stray_files (id, due_at) VALUES (OLD.id, 0);
    UPDATE attachment_usage SET bytes = bytes - OLD.size WHERE desk_id = OLD.desk_id;
END;
--@postgres
ALTER TABLE attachments ALTER COLUMN operator_id DROP NOT NULL;
ALTER TABLE attachments ADD COLUMN installation_id TEXT; -- what made it
--@both
