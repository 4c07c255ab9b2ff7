-- The automatic report of a version's package: ordered with its upload and again by hand, made by a job. One for each version, of
-- the package that was handed in last; the version need not be in the catalog yet.
CREATE TABLE version_reports (
    addon_id TEXT NOT NULL,
    version TEXT NOT NULL,
    package_digest TEXT NOT NULL,
    state TEXT NOT NULL, -- waiting, running, done, failed
    report TEXT, -- JSON; NULL until it is done
    error TEXT, -- why there is none
    ordered_at BIGINT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT,
    PRIMARY KEY (addon_id, version)
){strict};
