-- Where the publisher's service of an add-on hears events, and how it fares. The row is made with the first event.
CREATE TABLE publisher_endpoints (
    addon_id TEXT PRIMARY KEY REFERENCES addons (id),
    last_seq BIGINT NOT NULL DEFAULT 0, -- of the add-on's events
    url TEXT, -- in the place of the manifest's
    secrets {blob}, -- sealed; NULL: none was needed yet
    paused TEXT CHECK (paused IN ('by-publisher', 'gone')), -- NULL: events are posted
    failing_since BIGINT, -- NULL: the last one arrived
    answered_at BIGINT, -- of the last try
    answer TEXT -- what came of it, in JSON
){strict};

-- What publishers' services are told, written in the transaction of the change. Desk and installation may be gone by now.
CREATE TABLE publisher_events (
    id TEXT PRIMARY KEY,
    addon_id TEXT NOT NULL REFERENCES publisher_endpoints (addon_id),
    seq BIGINT NOT NULL, -- rises with each event of the add-on, in the order of the commits
    desk_id TEXT NOT NULL,
    desk_name TEXT NOT NULL,
    region TEXT NOT NULL,
    installation_id TEXT NOT NULL,
    version TEXT NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL, -- JSON
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'expired')),
    tries BIGINT NOT NULL DEFAULT 0, -- since it was put in line
    in_line_since BIGINT NOT NULL,
    try_at BIGINT NOT NULL,
    made_at BIGINT NOT NULL
){strict};
CREATE UNIQUE INDEX publisher_events_addon_id_seq_key ON publisher_events (addon_id, seq);
CREATE INDEX publisher_events_line ON publisher_events (installation_id, state, seq);
CREATE INDEX publisher_events_made ON publisher_events (made_at);
