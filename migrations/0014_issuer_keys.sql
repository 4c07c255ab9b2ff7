-- The key that the built-in issuer of the client area signs ID tokens with. Relying parties of OpenID Connect expect RS256,
-- and a key pair for it cannot be derived from the master key as others are: it is made once and kept, sealed with the
-- master key, so that every node signs with the same one.

CREATE TABLE issuer_keys (
    algorithm TEXT NOT NULL PRIMARY KEY,
    sealed {blob} NOT NULL,
    created_at BIGINT NOT NULL
){strict};
