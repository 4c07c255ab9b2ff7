-- What stops the host again and again is set aside, for a person to decide: jobs and operations count how often their
-- worker was gone without a word. The steps of an operation are known by their names, so that one which is under way goes
-- on where it was after an upgrade that adds, drops or moves steps. And what a host writes down about itself.

ALTER TABLE jobs ADD COLUMN deaths BIGINT NOT NULL DEFAULT 0;
-- The unique key, kept after the claim: while a job that was set aside has it, no other one is enqueued.
ALTER TABLE jobs ADD COLUMN place TEXT;
CREATE INDEX jobs_place ON jobs (place) WHERE state = 'failed';

ALTER TABLE sagas ADD COLUMN deaths BIGINT NOT NULL DEFAULT 0; -- since the last step that was done
ALTER TABLE sagas ADD COLUMN under_way BIGINT NOT NULL DEFAULT 0; -- a worker is at it, rather than that it waits
ALTER TABLE sagas ADD COLUMN set_aside_at BIGINT;
ALTER TABLE sagas ADD COLUMN set_aside_reason TEXT;

--@sqlite
CREATE TABLE named_steps (
    saga_id TEXT NOT NULL REFERENCES sagas (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    output TEXT,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (saga_id, name)
) STRICT;
INSERT INTO named_steps SELECT saga_id, position, name, state, output, updated_at FROM saga_steps;
DROP TABLE saga_steps;
ALTER TABLE named_steps RENAME TO saga_steps;
--@postgres
ALTER TABLE saga_steps DROP CONSTRAINT saga_steps_pkey;
ALTER TABLE saga_steps ADD PRIMARY KEY (saga_id, name);
--@both

CREATE TABLE host_facts (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    updated_at BIGINT NOT NULL
){strict};
