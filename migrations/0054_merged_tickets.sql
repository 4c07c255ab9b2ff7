-- Tickets that were merged into another one: closed for good, and what comes for them goes there. The other one is never merged itself.
ALTER TABLE tickets ADD COLUMN merged_into TEXT REFERENCES tickets (id);
CREATE INDEX tickets_merged ON tickets (merged_into) WHERE merged_into IS NOT NULL;
