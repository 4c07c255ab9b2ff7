-- What of an entry of the credit is money that a card paid for days which are not used any more: it earns whoever is paid with it. With
-- the sign of the entry; 0 for other accounts, and for credit that was given.
ALTER TABLE entries ADD COLUMN earns BIGINT NOT NULL DEFAULT 0;
