-- The life of an installed add-on. What is switched off or suspended can be updated, so an installation remembers where it
-- stood before (`resumes`; NULL: active). Versions are compared by precedence: `newest` is the highest of all that may be
-- installed, `latest` from now on the highest that is no pre-release; the host works both out at its next start. `failures`
-- says why an installation failed and when it is tried again. Force uninstall (R37) is allowed desk by desk. Operators who
-- may not install can ask for an add-on (R69).

ALTER TABLE addons ADD COLUMN newest TEXT;
ALTER TABLE installations ADD COLUMN prereleases {bigint} NOT NULL DEFAULT 0;
ALTER TABLE installations ADD COLUMN resumes TEXT;
ALTER TABLE installations ADD COLUMN failures TEXT;
ALTER TABLE desks ADD COLUMN force_uninstall BIGINT NOT NULL DEFAULT 0;

CREATE TABLE addon_requests (
    id TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL REFERENCES desks (id),
    addon_id TEXT NOT NULL REFERENCES addons (id),
    operator_id TEXT NOT NULL, -- who asks
    reason TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'approved', 'declined')),
    answer TEXT, -- why it was declined
    decided_by TEXT,
    created_at BIGINT NOT NULL,
    decided_at BIGINT,
    FOREIGN KEY (desk_id, operator_id) REFERENCES operators (desk_id, id)
){strict};
-- Nobody asks twice for the same before there is an answer.
CREATE UNIQUE INDEX addon_requests_open_key ON addon_requests (desk_id, addon_id, operator_id) WHERE state = 'open';
CREATE INDEX addon_requests_desk ON addon_requests (desk_id, state, addon_id);
