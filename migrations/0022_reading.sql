-- Up to which message each operator has read a ticket.
CREATE TABLE ticket_reads (
    desk_id TEXT NOT NULL,
    ticket_id TEXT NOT NULL,
    operator_id TEXT NOT NULL,
    read_at BIGINT NOT NULL, -- when the last message that they have seen was written
    PRIMARY KEY (desk_id, ticket_id, operator_id),
    FOREIGN KEY (desk_id, ticket_id) REFERENCES tickets (desk_id, id) ON DELETE CASCADE,
    FOREIGN KEY (desk_id, operator_id) REFERENCES operators (desk_id, id)
){strict};

ALTER TABLE tickets ADD COLUMN last_message_at BIGINT NOT NULL DEFAULT 0;
UPDATE tickets SET last_message_at = COALESCE(
    (SELECT MAX(m.created_at) FROM messages m WHERE m.desk_id = tickets.desk_id AND m.ticket_id = tickets.id), created_at);

-- What was written before this counts as read by everybody who was here; NULL: before they came.
ALTER TABLE operators ADD COLUMN unread_from BIGINT;
UPDATE operators SET unread_from = (SELECT MAX(m.created_at) FROM messages m WHERE m.desk_id = operators.desk_id);

-- Which mails about tickets an operator wants: of new ones of nobody, of those they are given, of answers to theirs.
ALTER TABLE operators ADD COLUMN mail_new BIGINT NOT NULL DEFAULT 0;
ALTER TABLE operators ADD COLUMN mail_assigned BIGINT NOT NULL DEFAULT 1;
ALTER TABLE operators ADD COLUMN mail_answered BIGINT NOT NULL DEFAULT 1;
