-- Where a search begins on PostgreSQL: at the tickets that changed last (ADR 37).
--@postgres
CREATE INDEX tickets_by_change ON tickets (desk_id, updated_at, id);
--@both
