-- What of a refund nobody owed: it was taken over what the invoice came to by then. It falls on no line.
ALTER TABLE refunds ADD COLUMN not_owed BIGINT NOT NULL DEFAULT 0 CHECK (not_owed >= 0 AND not_owed <= amount);
