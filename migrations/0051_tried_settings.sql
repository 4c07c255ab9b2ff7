-- What an add-on found wrong with its settings when they were saved, or tried as they are kept. Nothing: they work, or nobody knows.
ALTER TABLE installations ADD COLUMN check_failed TEXT; -- in its words
