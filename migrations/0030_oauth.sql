-- Several keys of an algorithm, as one that was replaced is still shown to relying parties for a while. The key of RS256 stays.
CREATE TABLE issuer_keys_kept AS SELECT algorithm, sealed, created_at FROM issuer_keys;
DROP TABLE issuer_keys;
CREATE TABLE issuer_keys (
    algorithm TEXT NOT NULL,
    sealed {blob} NOT NULL,
    created_at BIGINT NOT NULL,
    retired_at BIGINT, -- NULL: tokens are signed with it
    PRIMARY KEY (algorithm, created_at)
){strict};
CREATE UNIQUE INDEX issuer_keys_current ON issuer_keys (algorithm) WHERE retired_at IS NULL;
INSERT INTO issuer_keys (algorithm, sealed, created_at) SELECT algorithm, sealed, created_at FROM issuer_keys_kept;
DROP TABLE issuer_keys_kept;

-- Who asks for tokens in the name of an installation: the service of its publisher.
CREATE TABLE oauth_clients (
    id TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL REFERENCES desks (id),
    installation_id TEXT NOT NULL REFERENCES installations (id),
    publisher TEXT, -- NULL: made with the installation; else by this publisher in its portal, for its own development desk
    name TEXT NOT NULL,
    redirects TEXT NOT NULL, -- JSON, a list
    scopes TEXT NOT NULL, -- JSON, a list of permissions
    public_keys TEXT NOT NULL, -- JSON, a list of JSON Web Keys
    algorithm TEXT NOT NULL, -- of its ID tokens
    credentials {blob}, -- sealed: secret and key of one that came with its installation, until the service has them
    created_at BIGINT NOT NULL,
    UNIQUE (desk_id, id)
){strict};
CREATE UNIQUE INDEX oauth_clients_installation_id_key ON oauth_clients (installation_id) WHERE publisher IS NULL;
CREATE INDEX oauth_clients_installation ON oauth_clients (installation_id);

-- Two of them work while one is replaced by the other.
CREATE TABLE oauth_secrets (
    secret_hash TEXT PRIMARY KEY,
    client_id TEXT NOT NULL REFERENCES oauth_clients (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    ends_at BIGINT -- NULL: it works until it is replaced
){strict};
CREATE INDEX oauth_secrets_client ON oauth_secrets (client_id);

CREATE TABLE oauth_codes (
    code_hash TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    operator_id TEXT NOT NULL,
    request TEXT NOT NULL, -- JSON
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    FOREIGN KEY (desk_id, client_id) REFERENCES oauth_clients (desk_id, id) ON DELETE CASCADE,
    FOREIGN KEY (desk_id, operator_id) REFERENCES operators (desk_id, id)
){strict};
CREATE INDEX oauth_codes_client ON oauth_codes (client_id);

CREATE TABLE oauth_tokens (
    token_hash TEXT PRIMARY KEY,
    desk_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    operator_id TEXT, -- NULL: the service asks for itself
    scopes TEXT NOT NULL, -- JSON, a list of permissions
    claims TEXT NOT NULL, -- JSON, a list: which parts of a person's profile it opens
    code_hash TEXT, -- the code that it was given for
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    FOREIGN KEY (desk_id, client_id) REFERENCES oauth_clients (desk_id, id) ON DELETE CASCADE,
    FOREIGN KEY (desk_id, operator_id) REFERENCES operators (desk_id, id)
){strict};
CREATE INDEX oauth_tokens_client ON oauth_tokens (client_id);
CREATE INDEX oauth_tokens_code ON oauth_tokens (code_hash);

-- What a client has proved itself with: each proof is good once.
CREATE TABLE oauth_assertions (
    client_id TEXT NOT NULL REFERENCES oauth_clients (id) ON DELETE CASCADE,
    jti_hash TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (client_id, jti_hash)
){strict};
