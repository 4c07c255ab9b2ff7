-- The HTML of messages that came with it, beside their plain text: as it came, and made harmless when it is shown. In a table of
-- its own: lists and searches go over messages, and HTML is long.
ALTER TABLE messages ADD COLUMN has_html BIGINT NOT NULL DEFAULT 0;
CREATE TABLE message_html (
    desk_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    html TEXT NOT NULL,
    PRIMARY KEY (desk_id, message_id),
    FOREIGN KEY (desk_id, message_id) REFERENCES messages (desk_id, id)
){strict};
