-- When everything about a requester was erased. The row stays, so that their tickets keep their shape.
ALTER TABLE contacts ADD COLUMN erased_at BIGINT;
