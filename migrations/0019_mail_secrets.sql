-- What only the mail itself says, such as the end of a link to choose a password; gone once the mail does not wait any more.
ALTER TABLE mails ADD COLUMN secret TEXT;
