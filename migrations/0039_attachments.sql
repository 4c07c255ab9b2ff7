-- Files of messages. Their bytes are in the blob store, under the id. A row is written once its bytes are there; whoever uploaded it
-- attaches it to a message, or it goes after a day.
CREATE TABLE attachments (
    id TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL,
    operator_id TEXT NOT NULL, -- who uploaded it
    ticket_id TEXT, -- where it is written; NULL: not known before a message takes it
    message_id TEXT, -- NULL: no message has taken it
    name TEXT NOT NULL,
    media_type TEXT NOT NULL, -- what its bytes say
    size BIGINT NOT NULL, -- in bytes
    created_at BIGINT NOT NULL,
    FOREIGN KEY (desk_id, operator_id) REFERENCES operators (desk_id, id),
    FOREIGN KEY (desk_id, ticket_id) REFERENCES tickets (desk_id, id),
    FOREIGN KEY (desk_id, message_id) REFERENCES messages (desk_id, id)
){strict};
CREATE INDEX attachments_message ON attachments (desk_id, message_id);
CREATE INDEX attachments_ticket ON attachments (desk_id, ticket_id);
CREATE INDEX attachments_waiting ON attachments (desk_id, operator_id, ticket_id, created_at) WHERE message_id IS NULL;

-- What the attachments of a desk take up.
CREATE TABLE attachment_usage (
    desk_id TEXT PRIMARY KEY REFERENCES desks (id),
    bytes BIGINT NOT NULL
){strict};

-- Files in the blob store that are nobody's: what is being uploaded, and what was deleted. Those that are due are deleted there.
CREATE TABLE stray_files (
    id TEXT PRIMARY KEY,
    due_at BIGINT NOT NULL
){strict};
CREATE INDEX stray_files_due ON stray_files (due_at);

-- Whatever an attachment is deleted with, its bytes go, and the room they took is free.
--@sqlite
CREATE TRIGGER attachments_deleted AFTER DELETE ON attachments BEGIN
    INSERT INTO stray_files (id, due_at) VALUES (OLD.id, 0);
    UPDATE attachment_usage SET bytes = bytes - OLD.size WHERE desk_id = OLD.desk_id;
END;
--@postgres
CREATE FUNCTION attachment_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO stray_files (id, due_at) VALUES (OLD.id, 0);
    UPDATE attachment_usage SET bytes = bytes - OLD.size WHERE desk_id = OLD.desk_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER attachments_deleted AFTER DELETE ON attachments
    FOR EACH ROW EXECUTE FUNCTION attachment_deleted();
--@both
