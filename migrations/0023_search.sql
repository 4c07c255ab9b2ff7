-- What the search looks through (ADR 37): every run of three characters, in the lower case of the columns `folded`. It tells what may
-- match; what does match is read from the rows themselves.

--@sqlite
-- A number for each text that is indexed: a message, or what stands at the head of a ticket. Rows of other tables keep no number
-- over a VACUUM.
CREATE TABLE search_rows (
    n INTEGER PRIMARY KEY,
    source TEXT NOT NULL UNIQUE, -- id of the message, or of the ticket
    ticket_id TEXT NOT NULL
) STRICT;

-- Three characters that stand before each text of a desk and in no other, so that a search does not walk through those of other desks.
CREATE TABLE search_desks (
    n INTEGER PRIMARY KEY,
    desk_id TEXT NOT NULL UNIQUE,
    mark TEXT NOT NULL DEFAULT ''
) STRICT;

-- Keeps no text, and for each run of three characters only in which rows it is. What is deleted is gone from it at once.
CREATE VIRTUAL TABLE search_texts USING fts5 (
    text, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1'
);
INSERT INTO search_texts (search_texts, rank) VALUES ('secure-delete', 1);

-- Where subject and name begin there are two control characters, so that their first one or two characters can be found.
CREATE VIEW search_heads AS
SELECT r.n, t.id AS ticket_id, t.desk_id, t.requester_id,
    d.mark || char(2, 2) || t.folded || char(10, 2, 2) || c.folded || char(10)
        || replace(replace(t.tags, '\"', '"'), '\\', '\') || char(10) || '#' || t.number || char(2) AS text
FROM tickets t
JOIN contacts c ON c.desk_id = t.desk_id AND c.id = t.requester_id
JOIN search_rows r ON r.source = t.id
JOIN search_desks d ON d.desk_id = t.desk_id;

CREATE TRIGGER search_desk_made AFTER INSERT ON desks BEGIN
    INSERT INTO search_desks (desk_id) VALUES (NEW.id);
END;
CREATE TRIGGER search_desk_marked AFTER INSERT ON search_desks BEGIN
    UPDATE search_desks SET mark = char(3, 57344 + NEW.n / 6400, 57344 + NEW.n % 6400) WHERE n = NEW.n;
END;

CREATE TRIGGER search_message_made AFTER INSERT ON messages BEGIN
    INSERT INTO search_rows (source, ticket_id) VALUES (NEW.id, NEW.ticket_id);
    INSERT INTO search_texts (rowid, text)
    SELECT r.n, d.mark || NEW.folded FROM search_rows r, search_desks d WHERE r.source = NEW.id AND d.desk_id = NEW.desk_id;
END;
CREATE TRIGGER search_message_changed AFTER UPDATE OF folded ON messages WHEN NEW.folded <> OLD.folded BEGIN
    INSERT INTO search_texts (search_texts, rowid, text)
    SELECT 'delete', r.n, d.mark || OLD.folded FROM search_rows r, search_desks d WHERE r.source = OLD.id AND d.desk_id = OLD.desk_id;
    INSERT INTO search_texts (rowid, text)
    SELECT r.n, d.mark || NEW.folded FROM search_rows r, search_desks d WHERE r.source = NEW.id AND d.desk_id = NEW.desk_id;
END;
CREATE TRIGGER search_message_moved AFTER UPDATE OF ticket_id ON messages WHEN NEW.ticket_id <> OLD.ticket_id BEGIN
    UPDATE search_rows SET ticket_id = NEW.ticket_id WHERE source = NEW.id;
END;
CREATE TRIGGER search_message_deleted AFTER DELETE ON messages BEGIN
    INSERT INTO search_texts (search_texts, rowid, text)
    SELECT 'delete', r.n, d.mark || OLD.folded FROM search_rows r, search_desks d WHERE r.source = OLD.id AND d.desk_id = OLD.desk_id;
    DELETE FROM search_rows WHERE source = OLD.id;
END;

CREATE TRIGGER search_ticket_made AFTER INSERT ON tickets BEGIN
    INSERT INTO search_rows (source, ticket_id) VALUES (NEW.id, NEW.id);
    INSERT INTO search_texts (rowid, text) SELECT n, text FROM search_heads WHERE ticket_id = NEW.id;
END;
CREATE TRIGGER search_ticket_changes BEFORE UPDATE OF folded, tags, requester_id ON tickets
WHEN NEW.folded <> OLD.folded OR NEW.tags <> OLD.tags OR NEW.requester_id <> OLD.requester_id BEGIN
    INSERT INTO search_texts (search_texts, rowid, text) SELECT 'delete', n, text FROM search_heads WHERE ticket_id = OLD.id;
END;
CREATE TRIGGER search_ticket_changed AFTER UPDATE OF folded, tags, requester_id ON tickets
WHEN NEW.folded <> OLD.folded OR NEW.tags <> OLD.tags OR NEW.requester_id <> OLD.requester_id BEGIN
    INSERT INTO search_texts (rowid, text) SELECT n, text FROM search_heads WHERE ticket_id = NEW.id;
END;
CREATE TRIGGER search_ticket_deleted BEFORE DELETE ON tickets BEGIN
    INSERT INTO search_texts (search_texts, rowid, text) SELECT 'delete', n, text FROM search_heads WHERE ticket_id = OLD.id;
    DELETE FROM search_rows WHERE source = OLD.id;
END;

CREATE TRIGGER search_contact_changes BEFORE UPDATE OF folded ON contacts WHEN NEW.folded <> OLD.folded BEGIN
    INSERT INTO search_texts (search_texts, rowid, text)
    SELECT 'delete', n, text FROM search_heads WHERE desk_id = OLD.desk_id AND requester_id = OLD.id;
END;
CREATE TRIGGER search_contact_changed AFTER UPDATE OF folded ON contacts WHEN NEW.folded <> OLD.folded BEGIN
    INSERT INTO search_texts (rowid, text)
    SELECT n, text FROM search_heads WHERE desk_id = NEW.desk_id AND requester_id = NEW.id;
END;

-- What is there already, the newest last.
INSERT INTO search_desks (desk_id) SELECT id FROM desks ORDER BY created_at, id;
INSERT INTO search_rows (source, ticket_id)
SELECT source, ticket_id FROM (
    SELECT id AS source, ticket_id, created_at FROM messages UNION ALL SELECT id, id, created_at FROM tickets
) ORDER BY created_at, source;
INSERT INTO search_texts (rowid, text)
SELECT n, text FROM (
    SELECT n, text FROM search_heads
    UNION ALL
    SELECT r.n, d.mark || m.folded FROM messages m JOIN search_rows r ON r.source = m.id JOIN search_desks d ON d.desk_id = m.desk_id
) ORDER BY n;

--@postgres
-- Any owner of the database may make this extension. Where it cannot be made, searches read every row, and find the same.
DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'searches will be slow, as the extension pg_trgm cannot be made: %', SQLERRM;
END
$$;
DO $$
DECLARE
    place TEXT := (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_trgm');
BEGIN
    IF place IS NOT NULL THEN
        EXECUTE format('CREATE INDEX messages_search ON messages USING gin (folded %I.gin_trgm_ops)', place);
        EXECUTE format('CREATE INDEX tickets_search ON tickets USING gin (folded %I.gin_trgm_ops)', place);
        EXECUTE format('CREATE INDEX contacts_search ON contacts USING gin (folded %I.gin_trgm_ops)', place);
        EXECUTE format('CREATE INDEX ticket_tags_search ON ticket_tags USING gin (tag %I.gin_trgm_ops)', place);
    END IF;
END
$$;
--@both
