-- Which tickets and requesters are the sample of a first run, so that they can be taken away again without touching
-- others. A row of `samples` stays when the sample is gone: it does not come back at the next start.

CREATE TABLE samples (
    desk_id TEXT PRIMARY KEY REFERENCES desks (id),
    loaded_at BIGINT NOT NULL,
    removed_at BIGINT
){strict};

CREATE TABLE sample_records (
    desk_id TEXT NOT NULL REFERENCES samples (desk_id),
    record_id TEXT NOT NULL, -- of a ticket or a contact
    PRIMARY KEY (desk_id, record_id)
){strict};
