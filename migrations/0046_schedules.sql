-- Calls of add-ons at times to come: what their manifests plan again and again, and what they plan themselves.
CREATE TABLE addon_plans (
    desk_id TEXT NOT NULL,
    installation_id TEXT NOT NULL REFERENCES installations (id),
    kind TEXT NOT NULL, -- regular, once
--@sqlite
    key TEXT NOT NULL,
--@postgres
    key TEXT COLLATE "C" NOT NULL,
--@both
    due_at BIGINT NOT NULL,
    data {blob} NOT NULL, -- what the add-on gave along
    last_at BIGINT, -- of a regular one: when it was called
    last_outcome TEXT, -- ok, or a word for what went wrong
    PRIMARY KEY (installation_id, kind, key)
){strict};
CREATE INDEX addon_plans_due ON addon_plans (due_at);
