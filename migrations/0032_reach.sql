-- What a desk may see and install: how far each version reaches and how far it is rolled out, which desks may have an add-on and by
-- which link they came, whether it is advertised, when it ends, and to whom it is handed over. What is in the catalog already is
-- for everyone.

ALTER TABLE desks ADD COLUMN platform BIGINT NOT NULL DEFAULT 0; -- 1: it is the platform's, and sees what is not for everyone yet

ALTER TABLE addon_versions ADD COLUMN reach TEXT NOT NULL DEFAULT 'everyone' CHECK (reach IN ('own', 'everyone'));
ALTER TABLE addon_versions ADD COLUMN rollout_percent BIGINT NOT NULL DEFAULT 100 CHECK (rollout_percent BETWEEN 1 AND 100);
ALTER TABLE addon_versions ADD COLUMN rollout_paused BIGINT NOT NULL DEFAULT 0;
ALTER TABLE addon_versions ADD COLUMN signed_for TEXT REFERENCES publishers (slug); -- NULL: whose the add-on is

ALTER TABLE addons ADD COLUMN audience TEXT NOT NULL DEFAULT 'public' CHECK (audience IN ('public', 'link', 'desks'));
ALTER TABLE addons ADD COLUMN listed BIGINT NOT NULL DEFAULT 1; -- 1: advertised
ALTER TABLE addons ADD COLUMN ends_at BIGINT; -- since this is known nobody installs it anew; then it stops
ALTER TABLE addons ADD COLUMN ended_at BIGINT;
ALTER TABLE addons ADD COLUMN offered_to TEXT REFERENCES publishers (slug); -- whose it becomes when they accept
-- Beside `latest` and `newest`, which are for every desk: the newest whatever its reach and roll-out, and whether there is one that
-- some desk may not see.
ALTER TABLE addons ADD COLUMN early TEXT;
ALTER TABLE addons ADD COLUMN held BIGINT NOT NULL DEFAULT 0;
CREATE INDEX addons_publisher ON addons (publisher, id);
CREATE INDEX addons_ends ON addons (ends_at) WHERE ended_at IS NULL;

-- The pictures of a listing, as this host has drawn them, in the order of the manifest.
CREATE TABLE addon_pictures (
    addon_id TEXT NOT NULL,
    version TEXT NOT NULL,
    position BIGINT NOT NULL, -- 1, 2, …
    data {blob} NOT NULL,
    PRIMARY KEY (addon_id, version, position),
    FOREIGN KEY (addon_id, version) REFERENCES addon_versions (addon_id, version)
){strict};

-- How often an add-on is installed.
CREATE INDEX installations_addon ON installations (addon_id);

CREATE TABLE access_links (
    id TEXT PRIMARY KEY,
    addon_id TEXT NOT NULL REFERENCES addons (id),
    label TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT, -- NULL: it works until it is revoked
    most BIGINT, -- desks that may come by it; NULL: any number
    used BIGINT NOT NULL,
    revoked_at BIGINT
){strict};
CREATE UNIQUE INDEX access_links_secret_hash_key ON access_links (secret_hash);
CREATE INDEX access_links_addon ON access_links (addon_id, id);

CREATE TABLE addon_access (
    addon_id TEXT NOT NULL REFERENCES addons (id),
    desk_id TEXT NOT NULL REFERENCES desks (id),
    link_id TEXT REFERENCES access_links (id), -- that the desk came by; NULL: its publisher named it
    since BIGINT NOT NULL,
    PRIMARY KEY (addon_id, desk_id)
){strict};
CREATE INDEX addon_access_desk ON addon_access (desk_id, addon_id);
