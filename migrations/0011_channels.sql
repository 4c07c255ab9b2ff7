-- Channels: a reply of which nobody knows whether it arrived is not sent again (the job that hands it over is noted before
-- it does); what customers change is changed in the desk; an address of a channel outlives its installation; and the panel
-- tells how a channel fares.

ALTER TABLE messages ADD COLUMN delivery_job TEXT; -- the job that is handing it to the channel
ALTER TABLE messages ADD COLUMN sent_at BIGINT; -- when its author sent it, as the channel says
ALTER TABLE messages ADD COLUMN edited_at BIGINT; -- when its author last changed it
CREATE INDEX messages_pending ON messages (desk_id, ticket_id) WHERE delivery = 'pending';
CREATE INDEX jobs_place_waiting ON jobs (place) WHERE state = 'waiting';

-- What a message said before its author changed it.
CREATE TABLE message_texts (
    id TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    body TEXT NOT NULL,
    replaced_at BIGINT NOT NULL,
    FOREIGN KEY (desk_id, message_id) REFERENCES messages (desk_id, id)
){strict};
CREATE INDEX message_texts_message ON message_texts (desk_id, message_id, id);

ALTER TABLE channel_inbound ADD COLUMN message_id TEXT; -- what became of it; NULL for changes of others
ALTER TABLE channel_inbound ADD COLUMN revision {bigint} NOT NULL DEFAULT 0; -- the change of it that counts

-- The address of a channel: one for each add-on of a desk, kept when the add-on is removed and installed again.
CREATE TABLE channel_hooks (
    hook_id         TEXT PRIMARY KEY,
    desk_id         TEXT NOT NULL REFERENCES desks (id),
    addon_id        TEXT NOT NULL,
    installation_id TEXT NOT NULL, -- the last one: it may be gone
    UNIQUE (desk_id, addon_id)
);
INSERT INTO channel_hooks (hook_id, desk_id, addon_id, installation_id)
SELECT id, desk_id, addon_id, id FROM installations WHERE kind = 'channel';

-- How a channel fares: the last of each kind.
CREATE TABLE channel_state (
    installation_id TEXT NOT NULL REFERENCES installations (id),
    desk_id         TEXT NOT NULL,
    what            TEXT NOT NULL, -- received, refused, sent
    at              {bigint} NOT NULL,
    outcome         TEXT NOT NULL, -- a word for programs: ok, or why not
    detail          TEXT NOT NULL,
    PRIMARY KEY (installation_id, what)
);
