-- Months that nobody agreed to be charged for: they are never tried by themselves, also when a card is added.
ALTER TABLE invoices ADD COLUMN by_hand BIGINT NOT NULL DEFAULT 0;

-- Whoever runs a pre-release is offered the next ones, as they were before this was a choice.
UPDATE installations SET prereleases = 1 WHERE version LIKE '%-%';
