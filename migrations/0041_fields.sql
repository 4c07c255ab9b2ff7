-- Custom fields of tickets and contacts, which people made or add-ons declared, and what they hold. A field is never deleted: what it
-- holds belongs to its ticket or contact.
CREATE TABLE fields (
    id TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL REFERENCES desks (id),
    subject TEXT NOT NULL CHECK (subject IN ('ticket', 'contact')), -- what has it
    key TEXT NOT NULL, -- never changes; that of an add-on begins with its id
    kind TEXT NOT NULL CHECK (kind IN ('text', 'number', 'date', 'choice', 'flag')),
    label TEXT NOT NULL, -- JSON: by language
    help TEXT, -- the same
    choices TEXT NOT NULL, -- JSON array
    required BIGINT NOT NULL, -- 1: a ticket is not solved without it
    position BIGINT NOT NULL,
    addon_id TEXT, -- which declared it
    retired_at BIGINT, -- put out of use by people
    withdrawn_at BIGINT, -- by its add-on, which is gone or does not declare it any more
    created_at BIGINT NOT NULL,
    UNIQUE (desk_id, id)
){strict};
CREATE UNIQUE INDEX fields_desk_id_subject_key_key ON fields (desk_id, subject, key);

CREATE TABLE field_values (
    desk_id TEXT NOT NULL,
    subject_id TEXT NOT NULL, -- of a ticket or contact
    field_id TEXT NOT NULL,
    value TEXT NOT NULL, -- as text, whatever the kind
    PRIMARY KEY (desk_id, subject_id, field_id),
    FOREIGN KEY (desk_id, field_id) REFERENCES fields (desk_id, id)
){strict};
-- The tickets that have a value.
CREATE INDEX field_values_value ON field_values (desk_id, field_id, value, subject_id);
