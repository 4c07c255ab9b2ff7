-- Values of add-ons that go by themselves.

ALTER TABLE kv ADD COLUMN expires_at BIGINT; -- NULL: it stays
CREATE INDEX kv_expires ON kv (installation_id, generation, expires_at) WHERE expires_at IS NOT NULL;
