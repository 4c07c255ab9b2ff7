-- When everything about a requester was erased. The row stays, so that their tickets keep their shape.
ALTER TABLE contacts ADD COLUMN erased_at BIGINT;

-- The further addresses and phone numbers, as JSON arrays: the first of each stay in columns of their own. contact_addresses
-- repeats all of them: any address finds its requester, and nobody else of the desk can have it.
ALTER TABLE contacts ADD COLUMN more_emails TEXT NOT NULL DEFAULT '[]';
ALTER TABLE contacts ADD COLUMN more_phones TEXT NOT NULL DEFAULT '[]';

CREATE TABLE contact_addresses (
    desk_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('email', 'phone')),
    value TEXT NOT NULL, -- e-mail addresses in lower case
    position BIGINT NOT NULL, -- from 0
    PRIMARY KEY (contact_id, kind, position),
    FOREIGN KEY (desk_id, contact_id) REFERENCES contacts (desk_id, id) ON DELETE CASCADE
){strict};
CREATE UNIQUE INDEX contact_addresses_email_key ON contact_addresses (desk_id, value) WHERE kind = 'email';

INSERT INTO contact_addresses (desk_id, contact_id, kind, value, position)
SELECT desk_id, id, 'email', email, 0 FROM contacts WHERE email IS NOT NULL;
INSERT INTO contact_addresses (desk_id, contact_id, kind, value, position)
SELECT desk_id, id, 'phone', phone, 0 FROM contacts WHERE phone IS NOT NULL;
