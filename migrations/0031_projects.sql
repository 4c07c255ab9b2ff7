-- Projects of publishers: their versions with what is written about them, both reviews of each, what was handed in when, and the
-- notes. A version has an id of its own, since its package, and with it its number, comes later and may be replaced by a
-- corrected one; what entered the catalog stays there.

CREATE TABLE projects (
    id TEXT PRIMARY KEY, -- of the add-on
    publisher TEXT NOT NULL REFERENCES publishers (slug),
    kind TEXT NOT NULL,
    names TEXT NOT NULL, -- JSON, by language
    created_at BIGINT NOT NULL
){strict};
CREATE INDEX projects_publisher ON projects (publisher, id);

CREATE TABLE project_versions (
    id TEXT PRIMARY KEY,
    project TEXT NOT NULL REFERENCES projects (id),
    version TEXT, -- of its package
    package_digest TEXT,
    draft TEXT NOT NULL, -- JSON
    draft_rev BIGINT NOT NULL, -- rises with each change of the draft or the package
    unlocked BIGINT NOT NULL, -- 1: icon and plans may change though the project was published before
    checked_digest TEXT, -- of the package that was last checked
    blockers BIGINT, -- found in that
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
){strict};
CREATE UNIQUE INDEX project_versions_project_version_key ON project_versions (project, version);

CREATE TABLE version_reviews (
    version_id TEXT NOT NULL REFERENCES project_versions (id),
    track TEXT NOT NULL,
    state TEXT NOT NULL,
    rev BIGINT NOT NULL, -- rises with each change
    round BIGINT NOT NULL, -- how often it was handed in
    submitted_at BIGINT, -- while it is in review
    first_approval TEXT REFERENCES billing_accounts (id), -- who said yes where two have to
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (version_id, track)
){strict};
CREATE INDEX version_reviews_queue ON version_reviews (track, submitted_at, version_id) WHERE state = 'in-review';

-- What was handed in, as it was.
CREATE TABLE review_rounds (
    version_id TEXT NOT NULL REFERENCES project_versions (id),
    track TEXT NOT NULL,
    round BIGINT NOT NULL,
    version TEXT NOT NULL,
    package_digest TEXT NOT NULL,
    draft TEXT NOT NULL, -- JSON
    submitted_by TEXT NOT NULL REFERENCES billing_accounts (id),
    submitted_at BIGINT NOT NULL,
    outcome TEXT CHECK (outcome IN ('approved', 'rejected', 'withdrawn')),
    decided_by TEXT REFERENCES billing_accounts (id),
    decided_at BIGINT,
    PRIMARY KEY (version_id, track, round)
){strict};
CREATE INDEX review_rounds_decided ON review_rounds (track, outcome, decided_at);

CREATE TABLE review_notes (
    id TEXT PRIMARY KEY,
    version_id TEXT NOT NULL REFERENCES project_versions (id),
    track TEXT NOT NULL,
    round BIGINT NOT NULL, -- in which it was written
    severity TEXT NOT NULL CHECK (severity IN ('blocker', 'suggestion')),
    target TEXT NOT NULL, -- JSON
    body TEXT NOT NULL,
    author TEXT NOT NULL REFERENCES billing_accounts (id),
    omission BIGINT NOT NULL, -- 1: its place was the same in an earlier round
    created_at BIGINT NOT NULL,
    settled_at BIGINT
){strict};
CREATE INDEX review_notes_version ON review_notes (version_id, track, id);
