-- What channels of 0.2 carry beside plain messages: by which ids a conversation is named and who gets copies of it, what a channel
-- can carry, what became of a message after it was sent, and by which name the HTML of a message has a file.
CREATE TABLE channel_conversations (
    desk_id TEXT NOT NULL,
    ticket_id TEXT NOT NULL,
    threads TEXT NOT NULL, -- JSON: as the last message of the requester named it, the newest id first
    copies TEXT NOT NULL, -- JSON: people
    members TEXT NOT NULL, -- JSON: the handles of all who have had copies, the newest first
    answers TEXT, -- the external id of the last message of the requester
    PRIMARY KEY (desk_id, ticket_id),
    FOREIGN KEY (desk_id, ticket_id) REFERENCES tickets (desk_id, id)
){strict};

CREATE TABLE channel_facts (
    installation_id TEXT PRIMARY KEY REFERENCES installations (id),
    desk_id TEXT NOT NULL,
    version TEXT NOT NULL, -- that said so
    facts TEXT NOT NULL -- JSON
){strict};

ALTER TABLE channel_receipts ADD COLUMN progress TEXT; -- delivered or read, as the service reports
CREATE INDEX channel_receipts_external ON channel_receipts (installation_id, external_id);
ALTER TABLE attachments ADD COLUMN content_id TEXT; -- as in cid:…
