-- Nobody reviews what their own publisher handed in, also once they have left it: who belonged to it then is kept with what was
-- handed in. And whoever withdrew a version, the platform or the publisher, is who offers it again.

ALTER TABLE review_rounds ADD COLUMN members TEXT; -- JSON, ids of accounts; NULL: it was not kept yet
ALTER TABLE addon_versions ADD COLUMN yanked_by TEXT CHECK (yanked_by IN ('platform', 'publisher')); -- NULL: nobody, or it was not kept yet
