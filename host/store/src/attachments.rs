//! Files of messages: what they are called and are, and whose. Their bytes are in the blob store, and both come and go in an order
//! in which a crash leaves nothing for ever: a file is noted as stray before its first byte is written, and no more with its row;
//! a row that is deleted, whatever with, notes its file as stray again. What is stray and due is deleted by a worker.

use std::collections::HashMap;

use annex_domain::{
    attachment::{Attachment, MediaType},
    clock::Timestamp,
    ids::{AttachmentId, DeskId, InstallationId, MessageId, OperatorId, TicketId},
    ports::FileReach,
    ticket::Message,
};

use crate::{
    db::{
        Conn, Dialect, Tx,
        query::{At, execute, fetch_all, fetch_optional, in_list, list},
    },
    error::{Result, StoreError},
};

/// Whose a file is until a message takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Maker {
    /// Who uploaded it.
    Operator(OperatorId),
    /// The add-on that made it.
    Addon(InstallationId),
}

impl Maker {
    /// The columns `operator_id` and `installation_id`; what is none fits no row.
    fn columns(self) -> (Option<OperatorId>, Option<InstallationId>) {
        match self {
            Self::Operator(id) => (Some(id), None),
            Self::Addon(id) => (None, Some(id)),
        }
    }
}

/// A file whose bytes are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttachment {
    /// As everybody sees it.
    pub attachment: Attachment,
    /// Who may attach it to a message.
    pub maker: Maker,
    /// Where it is written; `None`: not known yet.
    pub ticket: Option<TicketId>,
}

/// What became of keeping a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is kept.
    Kept,
    /// It took so long that its bytes are given up.
    Late,
    /// The desk has no room for it.
    Full,
}

/// Notes a file before its first byte is written: whatever happens, its bytes are deleted once they are due, unless it is kept.
///
/// # Errors
/// When the database fails.
pub async fn announce(tx: &mut Tx, id: AttachmentId, due_at: Timestamp) -> Result<()> {
    execute!(tx, "INSERT INTO stray_files (id, due_at) VALUES ($1, $2)", id, due_at).map(drop)
}

/// Keeps a file that was announced, whose bytes are there, where its desk has room for it among `most` bytes. What is not kept is
/// still announced when the transaction is given up, as it has to be then.
///
/// # Errors
/// [`StoreError::Reference`] for a ticket or operator of another desk.
pub async fn keep(tx: &mut Tx, desk: DeskId, new: &NewAttachment, most: u64, now: Timestamp) -> Result<Kept> {
    let file = &new.attachment;
    let (size, most) = (bytes(file.size), bytes(most));
    if execute!(tx, "DELETE FROM stray_files WHERE id = $1", file.id)? == 0 {
        return Ok(Kept::Late);
    }
    let sql = "INSERT INTO attachment_usage (desk_id, bytes) VALUES ($1, $2)
               ON CONFLICT (desk_id) DO UPDATE SET bytes = attachment_usage.bytes + excluded.bytes
               WHERE attachment_usage.bytes + excluded.bytes <= $3";
    if size > most || execute!(tx, sql, desk, size, most)? == 0 {
        return Ok(Kept::Full);
    }
    let (operator, installation) = new.maker.columns();
    execute!(
        tx,
        "INSERT INTO attachments (id, desk_id, operator_id, installation_id, ticket_id, name, media_type, size, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        file.id,
        desk,
        operator,
        installation,
        new.ticket,
        &file.name,
        file.media_type.as_str(),
        size,
        now
    )?;
    Ok(Kept::Kept)
}

/// What the attachments of a desk take up, in bytes.
///
/// # Errors
/// When the database fails.
pub async fn used(conn: &mut Conn, desk: DeskId) -> Result<u64> {
    let row = fetch_optional!(conn, (i64,), "SELECT bytes FROM attachment_usage WHERE desk_id = $1", desk)?;
    Ok(row.map_or(0, |(bytes,)| bytes.unsigned_abs()))
}

/// A file that a message has, or that `who` has uploaded.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(conn: &mut Conn, desk: DeskId, id: AttachmentId, who: Option<OperatorId>) -> Result<Attachment> {
    let sql = "SELECT name, media_type, size FROM attachments
               WHERE desk_id = $1 AND id = $2 AND (message_id IS NOT NULL OR operator_id = $3)";
    found(id, fetch_optional!(conn, Row, sql, desk, id, who)?)
}

/// A file that an add-on has made; where it reaches tickets, that a message has of one which is not put away; or one that was chosen
/// for it.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get_for(
    conn: &mut Conn,
    desk: DeskId,
    id: AttachmentId,
    installation: InstallationId,
    reach: FileReach,
) -> Result<Attachment> {
    let sql = match reach {
        FileReach::Own => {
            "SELECT name, media_type, size FROM attachments WHERE desk_id = $1 AND id = $2 AND installation_id = $3"
        }
        FileReach::Tickets => {
            "SELECT name, media_type, size FROM attachments WHERE desk_id = $1 AND id = $2 AND (installation_id = $3
                OR (message_id IS NOT NULL AND EXISTS (SELECT 1 FROM tickets t WHERE t.desk_id = attachments.desk_id
                    AND t.id = attachments.ticket_id AND t.deleted_at IS NULL AND t.spam_at IS NULL)))"
        }
        FileReach::Chosen(operator) => {
            let sql = "SELECT name, media_type, size FROM attachments
                       WHERE desk_id = $1 AND id = $2 AND operator_id = $3 AND message_id IS NULL";
            return found(id, fetch_optional!(conn, Row, sql, desk, id, operator)?);
        }
    };
    found(id, fetch_optional!(conn, Row, sql, desk, id, installation)?)
}

/// The files of messages, by the ids of these, in the order in which they were made.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn of_messages(
    conn: &mut Conn,
    desk: DeskId,
    of: &[MessageId],
) -> Result<HashMap<MessageId, Vec<Attachment>>> {
    let sql = in_list!(
        conn,
        "SELECT message_id, id, name, media_type, size FROM attachments WHERE message_id",
        "AND desk_id = $2 ORDER BY id"
    );
    let mut files: HashMap<MessageId, Vec<Attachment>> = HashMap::new();
    for (message, id, name, media_type, size) in
        fetch_all!(conn, (String, String, String, String, i64), sql, list(of), desk)?
    {
        let at = At::new("attachments", &id);
        let file = found(at.parse("id", &id)?, Some((name, media_type, size)))?;
        files.entry(at.parse("message_id", &message)?).or_default().push(file);
    }
    Ok(files)
}

/// Name, type and size.
type Row = (String, String, i64);

fn found(id: AttachmentId, row: Option<Row>) -> Result<Attachment> {
    let (name, media_type, size) = row.ok_or(StoreError::NotFound("attachment"))?;
    let text = id.to_string();
    let at = At::new("attachments", &text);
    Ok(Attachment { id, name, media_type: at.parse("media_type", &media_type)?, size: at.number("size", size)? })
}

/// Gives files to a message. False when one of them is none of this maker that no message has.
///
/// # Errors
/// When the database fails.
pub async fn attach(tx: &mut Tx, desk: DeskId, maker: Maker, ids: &[AttachmentId], message: &Message) -> Result<bool> {
    if ids.is_empty() {
        return Ok(true);
    }
    let sql = in_list!(
        tx,
        "UPDATE attachments SET message_id = $2, ticket_id = $3 WHERE id",
        "AND desk_id = $4 AND (operator_id = $5 OR installation_id = $6) AND message_id IS NULL"
    );
    let (operator, installation) = maker.columns();
    let attached = execute!(tx, sql, list(ids), message.id, message.ticket, desk, operator, installation)?;
    Ok(usize::try_from(attached) == Ok(ids.len()))
}

/// Says by which name the HTML of its message has a file, as in `cid:…`.
///
/// # Errors
/// When the database fails.
pub async fn name_in_html(tx: &mut Tx, desk: DeskId, id: AttachmentId, content_id: &str) -> Result<()> {
    let sql = "UPDATE attachments SET content_id = $3 WHERE desk_id = $1 AND id = $2";
    execute!(tx, sql, desk, id, content_id).map(drop)
}

/// The files of a message in the order in which they were made, each with the name by which its HTML has it.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn named(conn: &mut Conn, desk: DeskId, of: MessageId) -> Result<Vec<(Attachment, Option<String>)>> {
    let sql = "SELECT id, name, media_type, size, content_id FROM attachments
               WHERE desk_id = $1 AND message_id = $2 ORDER BY id";
    let rows = fetch_all!(conn, (String, String, String, i64, Option<String>), sql, desk, of)?;
    let read = |(id, name, media_type, size, content_id): (String, String, String, i64, Option<String>)| {
        let id = At::new("attachments", &id).parse("id", &id)?;
        Ok((found(id, Some((name, media_type, size)))?, content_id))
    };
    rows.into_iter().map(read).collect()
}

/// Deletes a file of this maker that no message has.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn discard(tx: &mut Tx, desk: DeskId, maker: Maker, id: AttachmentId) -> Result<()> {
    let sql = "DELETE FROM attachments
               WHERE desk_id = $1 AND id = $2 AND (operator_id = $3 OR installation_id = $4) AND message_id IS NULL";
    let (operator, installation) = maker.columns();
    match execute!(tx, sql, desk, id, operator, installation)? {
        0 => Err(StoreError::NotFound("attachment")),
        _ => Ok(()),
    }
}

/// Deletes files that were uploaded before `before` and that no message has taken.
///
/// # Errors
/// When the database fails.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    execute!(tx, "DELETE FROM attachments WHERE message_id IS NULL AND created_at < $1", before)
}

/// Files whose bytes are to be deleted, the first that are due.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn strays(conn: &mut Conn, now: Timestamp, limit: u32) -> Result<Vec<AttachmentId>> {
    let sql = "SELECT id FROM stray_files WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2";
    let rows = fetch_all!(conn, (String,), sql, now, limit)?;
    rows.into_iter().map(|(id,)| At::new("stray_files", &id).parse("id", &id)).collect()
}

/// Forgets files whose bytes are deleted.
///
/// # Errors
/// When the database fails.
pub async fn forget(tx: &mut Tx, ids: &[AttachmentId]) -> Result<()> {
    let sql = in_list!(tx, "DELETE FROM stray_files WHERE id", "");
    execute!(tx, sql, list(ids)).map(drop)
}

/// Has files tried again later whose bytes could not be deleted.
///
/// # Errors
/// When the database fails.
pub async fn postpone(tx: &mut Tx, ids: &[AttachmentId], until: Timestamp) -> Result<()> {
    let sql = in_list!(tx, "UPDATE stray_files SET due_at = $2 WHERE id", "");
    execute!(tx, sql, list(ids), until).map(drop)
}

/// SQL for the files `a` that meet a condition, as one value that [`read`] reads; so that whatever lists something lists its files.
pub(crate) fn as_one(dialect: Dialect, condition: &str) -> String {
    let files = match dialect {
        Dialect::Sqlite => "json_group_array(json_array(a.id, a.name, a.media_type, a.size))",
        Dialect::Postgres => "CAST(json_agg(json_build_array(a.id, a.name, a.media_type, a.size)) AS TEXT)",
    };
    format!("(SELECT {files} FROM attachments a WHERE {condition})")
}

/// The files that [`as_one`] found, in the order in which they were uploaded.
pub(crate) fn read(at: At<'_>, files: Option<&str>) -> Result<Vec<Attachment>> {
    let rows: Vec<(AttachmentId, String, MediaType, u64)> =
        files.map(|files| at.json("attachments", files)).transpose()?.unwrap_or_default();
    let mut files: Vec<Attachment> =
        rows.into_iter().map(|(id, name, media_type, size)| Attachment { id, name, media_type, size }).collect();
    files.sort_by_key(|file| file.id);
    Ok(files)
}

fn bytes(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
