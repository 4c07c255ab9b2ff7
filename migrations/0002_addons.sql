-- Add-ons: what publishers offer (catalog), what desks installed, the data of installations, and the sagas that change
-- them. Rows of a desk carry desk_id. Data of an installation lives in generations, so that an update works on a copy
-- while the old version serves, and a snapshot is a generation that is kept.

-- Who may publish. `rev` rises with every change of the keys, so that nodes verify packages again.
CREATE TABLE publishers (
    slug       TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    threshold  {bigint} NOT NULL CHECK (threshold >= 1),
    rev        {bigint} NOT NULL,
    created_at {bigint} NOT NULL
);

CREATE TABLE publisher_keys (
    publisher  TEXT NOT NULL REFERENCES publishers (slug),
    id         TEXT NOT NULL,
    public_key {blob} NOT NULL,
    purpose    TEXT NOT NULL,
    status     TEXT NOT NULL,
    added_at   {bigint} NOT NULL,
    ended_at   {bigint},
    PRIMARY KEY (publisher, id)
);

-- `highest_seq` survives yanking, blocking and every uninstall: a package never goes back below it.
CREATE TABLE addons (
    id          TEXT PRIMARY KEY,
    publisher   TEXT NOT NULL REFERENCES publishers (slug),
    kind        TEXT NOT NULL,
    highest_seq {bigint} NOT NULL,
    latest      TEXT,
    search      TEXT NOT NULL,
    categories  TEXT NOT NULL,
    created_at  {bigint} NOT NULL,
    updated_at  {bigint} NOT NULL
);

CREATE TABLE addon_versions (
    addon_id         TEXT NOT NULL REFERENCES addons (id),
    version          TEXT NOT NULL,
    seq              {bigint} NOT NULL,
    manifest         TEXT NOT NULL,
    package_digest   TEXT NOT NULL,
    component_digest TEXT NOT NULL,
    size             {bigint} NOT NULL,
    signers          TEXT NOT NULL,
    icon             {blob},
    status           TEXT NOT NULL,
    published_at     {bigint} NOT NULL,
    PRIMARY KEY (addon_id, version)
);
CREATE UNIQUE INDEX addon_versions_addon_id_seq_key ON addon_versions (addon_id, seq);
CREATE INDEX addon_versions_package ON addon_versions (package_digest);

-- One row per add-on and desk; the row goes at the end of the uninstall. Changed by compare-and-set on `rev` only.
CREATE TABLE installations (
    id              TEXT PRIMARY KEY,
    desk_id         TEXT NOT NULL REFERENCES desks (id),
    addon_id        TEXT NOT NULL REFERENCES addons (id),
    kind            TEXT NOT NULL,
    version         TEXT NOT NULL,
    previous        TEXT,
    target          TEXT,
    pinned          {bigint} NOT NULL,
    status          TEXT NOT NULL,
    granted         TEXT NOT NULL,
    installed_by    TEXT NOT NULL,
    notice          TEXT,
    created_at      {bigint} NOT NULL,
    updated_at      {bigint} NOT NULL,
    rev             {bigint} NOT NULL,
    generation      {bigint} NOT NULL,
    next_generation {bigint},
    idempotency_key TEXT
);
CREATE UNIQUE INDEX installations_desk_id_addon_id_key ON installations (desk_id, addon_id);
CREATE INDEX installations_status ON installations (status, kind);

CREATE TABLE installation_settings (
    desk_id         TEXT NOT NULL,
    installation_id TEXT NOT NULL REFERENCES installations (id),
    key             TEXT NOT NULL,
    value           TEXT,
    sealed          {blob},
    updated_at      {bigint} NOT NULL,
    PRIMARY KEY (installation_id, key)
);

-- Values of the add-on, by generation. kv_usage holds the bytes per generation: the quota is checked and the sum moved in
-- one statement, which also lines up the writers of one installation.
CREATE TABLE kv_usage (
    desk_id         TEXT NOT NULL,
    installation_id TEXT NOT NULL REFERENCES installations (id),
    generation      {bigint} NOT NULL,
    bytes           {bigint} NOT NULL,
    PRIMARY KEY (installation_id, generation)
);

CREATE TABLE kv (
    desk_id         TEXT NOT NULL,
    installation_id TEXT NOT NULL,
    generation      {bigint} NOT NULL,
--@sqlite
    key             TEXT NOT NULL,
--@postgres
    key             TEXT COLLATE "C" NOT NULL,
--@both
    value           {blob} NOT NULL,
    version         {bigint} NOT NULL,
    updated_at      {bigint} NOT NULL,
    PRIMARY KEY (installation_id, generation, key),
    FOREIGN KEY (installation_id, generation) REFERENCES kv_usage (installation_id, generation)
);

-- What an update found: the generation of the version before, its settings and what was granted.
CREATE TABLE snapshots (
    desk_id         TEXT NOT NULL,
    installation_id TEXT NOT NULL REFERENCES installations (id),
    version         TEXT NOT NULL,
    generation      {bigint} NOT NULL,
    granted         TEXT NOT NULL,
    settings        TEXT NOT NULL,
    taken_at        {bigint} NOT NULL,
    PRIMARY KEY (installation_id, version)
);

-- Long operations. `fence` rises whenever another worker takes over, so that the former one can no longer write.
CREATE TABLE sagas (
    id          TEXT PRIMARY KEY,
    desk_id     TEXT NOT NULL,
    kind        TEXT NOT NULL,
    subject     TEXT NOT NULL,
    params      TEXT NOT NULL,
    state       TEXT NOT NULL,
    error       TEXT,
    attempts    {bigint} NOT NULL,
    lease_until {bigint} NOT NULL,
    fence       {bigint} NOT NULL,
    created_at  {bigint} NOT NULL,
    updated_at  {bigint} NOT NULL
);
-- One at a time for each installation.
CREATE UNIQUE INDEX sagas_subject_key ON sagas (subject) WHERE state IN ('running', 'unwinding');
CREATE INDEX sagas_due ON sagas (lease_until) WHERE state IN ('running', 'unwinding');

CREATE TABLE saga_steps (
    saga_id    TEXT NOT NULL REFERENCES sagas (id) ON DELETE CASCADE,
    position   {bigint} NOT NULL,
    name       TEXT NOT NULL,
    state      TEXT NOT NULL,
    output     TEXT,
    updated_at {bigint} NOT NULL,
    PRIMARY KEY (saga_id, position)
);

-- Health: sums by the hour, the last calls one by one, the last error, and the traps that count for a suspension.
CREATE TABLE health_hours (
    desk_id         TEXT NOT NULL,
    installation_id TEXT NOT NULL REFERENCES installations (id),
    hour            {bigint} NOT NULL,
    calls           {bigint} NOT NULL,
    errors          {bigint} NOT NULL,
    traps           {bigint} NOT NULL,
    wall_micros     {bigint} NOT NULL,
    wall_micros_max {bigint} NOT NULL,
    fuel            {bigint} NOT NULL,
    peak_memory     {bigint} NOT NULL,
    host_calls      {bigint} NOT NULL,
    PRIMARY KEY (installation_id, hour)
);

CREATE TABLE addon_calls (
    id              TEXT PRIMARY KEY,
    desk_id         TEXT NOT NULL,
    installation_id TEXT NOT NULL REFERENCES installations (id),
    kind            TEXT NOT NULL,
    outcome         TEXT NOT NULL,
    made_at         {bigint} NOT NULL,
    wall_micros     {bigint} NOT NULL,
    fuel            {bigint} NOT NULL,
    peak_memory     {bigint} NOT NULL,
    host_calls      TEXT NOT NULL
);
CREATE INDEX addon_calls_newest ON addon_calls (installation_id, id);

CREATE TABLE last_errors (
    installation_id TEXT PRIMARY KEY REFERENCES installations (id),
    desk_id         TEXT NOT NULL,
    code            TEXT NOT NULL,
    text            TEXT NOT NULL,
    call_id         TEXT NOT NULL,
    made_at         {bigint} NOT NULL
);

CREATE TABLE traps (
    call_id         TEXT PRIMARY KEY,
    desk_id         TEXT NOT NULL,
    installation_id TEXT NOT NULL REFERENCES installations (id),
    made_at         {bigint} NOT NULL
);
CREATE INDEX traps_recent ON traps (installation_id, made_at);

CREATE TABLE addon_logs (
--@sqlite
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
--@postgres
    id              BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
--@both
    desk_id         TEXT NOT NULL,
    installation_id TEXT NOT NULL REFERENCES installations (id),
    call_id         TEXT,
    level           TEXT NOT NULL,
    message         TEXT NOT NULL,
    made_at         {bigint} NOT NULL
);
CREATE INDEX addon_logs_newest ON addon_logs (installation_id, id);
CREATE INDEX addon_logs_age ON addon_logs (made_at);

-- Translations of the panel that a desk has installed.
CREATE TABLE language_packs (
    installation_id TEXT PRIMARY KEY REFERENCES installations (id),
    desk_id         TEXT NOT NULL,
    version         TEXT NOT NULL,
    code            TEXT NOT NULL,
    facts           TEXT NOT NULL,
    resources       TEXT NOT NULL,
    rev             {bigint} NOT NULL,
    updated_at      {bigint} NOT NULL
);
CREATE INDEX language_packs_desk ON language_packs (desk_id, code);

-- Channels: which ticket a thread belongs to, who a handle is, what came in already, and what was handed over.
CREATE TABLE channel_threads (
    desk_id         TEXT NOT NULL,
    installation_id TEXT NOT NULL REFERENCES installations (id),
    thread          TEXT NOT NULL,
    ticket_id       TEXT,
    updated_at      {bigint} NOT NULL,
    PRIMARY KEY (installation_id, thread)
);

CREATE TABLE channel_people (
    desk_id         TEXT NOT NULL,
    installation_id TEXT NOT NULL REFERENCES installations (id),
    handle          TEXT NOT NULL,
    contact_id      TEXT NOT NULL,
    PRIMARY KEY (installation_id, handle)
);

CREATE TABLE channel_inbound (
    desk_id         TEXT NOT NULL,
    installation_id TEXT NOT NULL REFERENCES installations (id),
    external_id     TEXT NOT NULL,
    received_at     {bigint} NOT NULL,
    PRIMARY KEY (installation_id, external_id)
);

CREATE TABLE channel_receipts (
    message_id      TEXT PRIMARY KEY,
    desk_id         TEXT NOT NULL,
    installation_id TEXT NOT NULL REFERENCES installations (id),
    external_id     TEXT NOT NULL,
    sent_at         {bigint} NOT NULL
);

-- What happened to installations, in order, written in the transaction of the change: for whoever follows along.
CREATE TABLE outbox (
--@sqlite
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
--@postgres
    id              BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
--@both
    desk_id         TEXT NOT NULL,
    installation_id TEXT NOT NULL,
    kind            TEXT NOT NULL,
    payload         TEXT NOT NULL,
    made_at         {bigint} NOT NULL
);
CREATE INDEX outbox_desk ON outbox (desk_id, id);
