-- Bounds on what add-ons hand over and write.
--
-- Language packs and icons that were taken in before there were bounds, or under looser ones, are checked at the next start:
-- 0 says that nobody has looked yet. A language pack counts once it was found fine.
ALTER TABLE language_packs ADD COLUMN bounds BIGINT NOT NULL DEFAULT 0;
ALTER TABLE addon_versions ADD COLUMN icon_drawn BIGINT NOT NULL DEFAULT 0;

-- How often an installation wrote to a ticket or contact, by minute: only the last hour is looked at.
CREATE TABLE addon_writes (
    desk_id TEXT NOT NULL,
    installation_id TEXT NOT NULL REFERENCES installations (id),
    subject TEXT NOT NULL,
    minute BIGINT NOT NULL,
    writes BIGINT NOT NULL,
    PRIMARY KEY (installation_id, subject, minute)
){strict};
CREATE INDEX addon_writes_minute ON addon_writes (minute);
