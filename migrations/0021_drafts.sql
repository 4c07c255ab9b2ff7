-- What an operator is writing and has not sent: a reply or a note to a ticket, or a new ticket. One of each for an operator.
CREATE TABLE drafts (
    desk_id TEXT NOT NULL,
    operator_id TEXT NOT NULL,
    ticket_id TEXT, -- NULL: a new ticket
    internal BIGINT NOT NULL,
    body TEXT NOT NULL,
    form TEXT, -- JSON: what the form of a new ticket has beside the message; NULL: a reply or a note
    rev BIGINT NOT NULL, -- rises with each change; begins at the time, so that none comes again after the draft was discarded
    updated_at BIGINT NOT NULL,
    FOREIGN KEY (desk_id, operator_id) REFERENCES operators (desk_id, id),
    FOREIGN KEY (desk_id, ticket_id) REFERENCES tickets (desk_id, id) ON DELETE CASCADE
){strict};
CREATE UNIQUE INDEX drafts_operator ON drafts (operator_id, COALESCE(ticket_id, ''));
CREATE INDEX drafts_ticket ON drafts (desk_id, ticket_id);
CREATE INDEX drafts_updated ON drafts (updated_at);
