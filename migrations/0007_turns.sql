-- Jobs take turns: by the installation that they are about, else by the desk. Without it, the backlog of one slow add-on
-- stood before everybody else's jobs.
ALTER TABLE jobs ADD COLUMN turn TEXT;
--@sqlite
UPDATE jobs SET turn = COALESCE(json_extract(payload, '$.installation'), desk_id);
--@postgres
UPDATE jobs SET turn = COALESCE(payload::json ->> 'installation', desk_id);
--@both
CREATE INDEX jobs_turn ON jobs (turn, state);
