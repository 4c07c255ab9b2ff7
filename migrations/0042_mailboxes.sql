-- The mailboxes that the host keeps for channels: how far each was read, and who reads it. A mail that was fetched is a job; its bytes
-- are in the blob store until the add-on has made messages of it.
CREATE TABLE mailboxes (
    installation_id TEXT NOT NULL REFERENCES installations (id),
    desk_id TEXT NOT NULL,
    setting TEXT NOT NULL, -- the key of its setting
    entered_at BIGINT NOT NULL, -- when the setting was last saved
    place TEXT, -- the folder of the server that the numbers below are of; NULL: not opened yet
    uid_validity BIGINT NOT NULL,
    last_uid BIGINT NOT NULL, -- the last one that is done with
    taken_uid BIGINT NOT NULL, -- the last one that was taken: perhaps it is not marked in its folder yet; 0: it is
    trying_uid BIGINT NOT NULL, -- the one that is being fetched, and how often that began
    tries BIGINT NOT NULL,
    held_by TEXT, -- the process that reads it
    held_until BIGINT NOT NULL,
    PRIMARY KEY (installation_id, setting)
){strict};

-- Mails that came, by the digest of their bytes: where numbers begin anew, none is taken twice.
CREATE TABLE mailbox_mails (
    installation_id TEXT NOT NULL REFERENCES installations (id),
    desk_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    came_at BIGINT NOT NULL,
    written_at BIGINT, -- when its messages were written: the bytes are not needed any more
    PRIMARY KEY (installation_id, digest)
){strict};
CREATE INDEX mailbox_mails_digest ON mailbox_mails (digest) WHERE written_at IS NULL;
CREATE INDEX mailbox_mails_came_at ON mailbox_mails (came_at);
