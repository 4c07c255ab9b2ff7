-- Several installations of one channel in a desk: two bots, three mailboxes. A desk tells them apart by the names that it gives them.
ALTER TABLE installations ADD COLUMN label TEXT NOT NULL DEFAULT ''; -- empty: it is called like its add-on
DROP INDEX installations_desk_id_addon_id_key;
CREATE UNIQUE INDEX installations_desk_id_addon_id_label_key ON installations (desk_id, addon_id, label);
CREATE UNIQUE INDEX installations_desk_id_addon_id_key ON installations (desk_id, addon_id) WHERE kind <> 'channel';

-- An address is that of an installation, and of the next one of its name once that is gone.
--@sqlite
CREATE TABLE channel_hooks_before AS SELECT * FROM channel_hooks;
DROP TABLE channel_hooks;
CREATE TABLE channel_hooks (
    hook_id         TEXT PRIMARY KEY,
    desk_id         TEXT NOT NULL REFERENCES desks (id),
    addon_id        TEXT NOT NULL,
    installation_id TEXT NOT NULL, -- the last one: it may be gone
    label           TEXT NOT NULL DEFAULT '' -- what that is called, or was
){strict};
INSERT INTO channel_hooks (hook_id, desk_id, addon_id, installation_id)
SELECT hook_id, desk_id, addon_id, installation_id FROM channel_hooks_before;
DROP TABLE channel_hooks_before;
--@postgres
ALTER TABLE channel_hooks DROP CONSTRAINT channel_hooks_desk_id_addon_id_key;
ALTER TABLE channel_hooks ADD COLUMN label TEXT NOT NULL DEFAULT ''; -- what that installation is called, or was
--@both
CREATE INDEX channel_hooks_addon ON channel_hooks (desk_id, addon_id);
