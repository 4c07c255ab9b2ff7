//! The trash: where deleted tickets lie for a while before they are removed for good.

use std::{collections::BTreeMap, time::Duration};

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, TicketId},
};

use crate::{
    db::{
        Tx,
        query::{At, execute, fetch_all},
    },
    error::Result,
    mails,
};

/// How long a deleted ticket can be restored.
pub const TRASH_KEPT: Duration = Duration::from_hours(30 * 24);

/// So many tickets are removed in one transaction, which holds up whoever else writes to SQLite.
const AT_ONCE: u32 = 200;

/// All that there is of a ticket, `$2`, with what refers to something before it.
const PARTS: [&str; 15] = [
    "DELETE FROM attachments WHERE desk_id = $1 AND ticket_id = $2",
    "DELETE FROM message_texts WHERE desk_id = $1
        AND message_id IN (SELECT id FROM messages WHERE desk_id = $1 AND ticket_id = $2)",
    "DELETE FROM message_html WHERE desk_id = $1
        AND message_id IN (SELECT id FROM messages WHERE desk_id = $1 AND ticket_id = $2)",
    "DELETE FROM channel_inbound WHERE desk_id = $1
        AND message_id IN (SELECT id FROM messages WHERE desk_id = $1 AND ticket_id = $2)",
    "DELETE FROM channel_receipts WHERE desk_id = $1
        AND message_id IN (SELECT id FROM messages WHERE desk_id = $1 AND ticket_id = $2)",
    // Of one that was merged, its conversation goes on in the ticket that took it up.
    "UPDATE channel_threads SET ticket_id =
        COALESCE((SELECT t.merged_into FROM tickets t WHERE t.desk_id = $1 AND t.id = $2), ticket_id)
        WHERE desk_id = $1 AND ticket_id = $2",
    "DELETE FROM channel_threads WHERE desk_id = $1 AND ticket_id = $2",
    "DELETE FROM channel_conversations WHERE desk_id = $1 AND ticket_id = $2",
    "DELETE FROM messages WHERE desk_id = $1 AND ticket_id = $2",
    "DELETE FROM ticket_tags WHERE desk_id = $1 AND ticket_id = $2",
    "DELETE FROM ticket_changes WHERE desk_id = $1 AND ticket_id = $2",
    "DELETE FROM field_values WHERE desk_id = $1 AND subject_id = $2",
    "DELETE FROM sample_records WHERE desk_id = $1 AND record_id = $2",
    // With nothing left to lead to, what was merged into it is closed like any other.
    "UPDATE tickets SET merged_into = NULL, updated_at = updated_at + 1 WHERE desk_id = $1 AND merged_into = $2",
    "DELETE FROM tickets WHERE desk_id = $1 AND id = $2",
];

/// Removes tickets for good that were deleted before that time, at most 200 in one go; answers how many.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<usize> {
    let sql = "SELECT desk_id, id FROM tickets WHERE deleted_at < $1 ORDER BY deleted_at LIMIT $2";
    let mut gone: BTreeMap<DeskId, Vec<TicketId>> = BTreeMap::new();
    for (desk, id) in fetch_all!(tx, (String, String), sql, before, AT_ONCE)? {
        // Somebody may have restored it since: what counts is how it is under its lock.
        let lock = "UPDATE tickets SET number = number WHERE desk_id = $1 AND id = $2 AND deleted_at < $3";
        if execute!(tx, lock, &desk, &id, before)? == 1 {
            let at = At::new("tickets", &id);
            gone.entry(at.parse("desk_id", &desk)?).or_default().push(at.parse("id", &id)?);
        }
    }
    for (desk, tickets) in &gone {
        erase(tx, *desk, tickets).await?;
    }
    Ok(gone.values().map(Vec::len).sum())
}

/// Removes tickets with their messages, changes, what channels know of them, and the mails that tell of them.
pub(crate) async fn erase(tx: &mut Tx, desk: DeskId, tickets: &[TicketId]) -> Result<()> {
    mails::forget_tickets(tx, desk, tickets).await?;
    for id in tickets {
        for sql in PARTS {
            execute!(tx, sql, desk, *id)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use annex_domain::{
        field::{FieldKind, FieldSubject},
        ids::MessageId,
        localized::Localized,
        operator::Actor,
        ticket::{Author, ChannelThread, Ticket},
    };
    use sqlx::AssertSqlSafe;

    use super::*;
    use crate::{
        channels::{self, Conversation},
        contacts::{self, NewContact},
        db::{Conn, Dialect, query::fetch_one},
        fields::{self, NewField, NewValue},
        installations::tests::{NOW, installed},
        messages::{self, Body, NewMessage},
        testing::on_both,
        tickets::{self, NewTicket, TicketChange},
    };

    /// Every table that names a ticket or a message, with the rows that name one of these.
    async fn left(conn: &mut Conn, ticket: TicketId, message: MessageId) -> Vec<(String, i64)> {
        let sql = match conn.dialect() {
            Dialect::Sqlite => {
                "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c
                 WHERE t.type = 'table' AND c.name IN ('ticket_id', 'message_id', 'record_id', 'subject_id') ORDER BY 1, 2"
            }
            Dialect::Postgres => {
                "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns
                 WHERE table_schema = current_schema() AND column_name IN ('ticket_id', 'message_id', 'record_id', 'subject_id')
                 ORDER BY 1, 2"
            }
        };
        let mut found = Vec::new();
        for (table, column) in fetch_all!(conn, (String, String), sql).unwrap() {
            let sql = format!("SELECT COUNT(*) FROM {table} WHERE {column} = $1 OR {column} = $2");
            let (rows,) = fetch_one!(conn, (i64,), AssertSqlSafe(sql), ticket, message).unwrap();
            found.push((table, rows));
        }
        found
    }

    /// Of a custom field.
    async fn value(tx: &mut Tx, desk: DeskId) -> NewValue {
        let new = NewField {
            subject: FieldSubject::Ticket,
            key: "size".parse().unwrap(),
            kind: FieldKind::Text,
            label: Localized::en("Size"),
            help: None,
            choices: Vec::new(),
            required: false,
            addon: None,
        };
        let field = fields::insert(tx, desk, new, NOW).await.unwrap();
        NewValue { field: field.id, key: field.key, value: Some("L".into()) }
    }

    #[tokio::test]
    async fn thirty_days_later_nothing_is_left_of_a_deleted_ticket() {
        on_both(async |db| {
            let of = installed(&db).await;
            let (desk, id) = (of.desk, of.id);
            let mut tx = db.begin().await.unwrap();
            let requester = NewContact { name: "Ann".into(), ..NewContact::default() };
            let requester = contacts::create(&mut tx, desk, requester, NOW).await.unwrap().id;
            channels::lock_thread(&mut tx, desk, id, "t", NOW).await.unwrap();
            let channel = Some(ChannelThread { installation: id, thread: "t".into(), handle: "h".into() });
            let plain = NewTicket::of(requester, "Help", "Please");
            let new = NewTicket { tags: vec!["vip".into()], channel, ..plain };
            let (kept, _) = tickets::create(&mut tx, desk, new.clone(), NOW).await.unwrap();
            let (ticket, message) = tickets::create(&mut tx, desk, new, NOW).await.unwrap();
            channels::set_thread(&mut tx, desk, id, "t", ticket.id).await.unwrap();
            channels::first_time(&mut tx, desk, id, "1", NOW).await.unwrap();
            channels::set_known(&mut tx, desk, id, "1", message.id, 0).await.unwrap();
            channels::put_receipt(&mut tx, desk, id, message.id, "x", NOW).await.unwrap();
            channels::put_conversation(&mut tx, desk, ticket.id, &Conversation::default()).await.unwrap();
            messages::revise(&mut tx, desk, message.id, "Again", true, NOW).await.unwrap();
            let body = Body { text: "Hello".into(), html: Some("<b>Hello</b>".into()) };
            let formatted = NewMessage { author: Author::Requester(requester), internal: false, body };
            messages::add(&mut tx, desk, ticket.id, formatted, NOW).await.unwrap();
            let less = TicketChange { tags: Some(vec![]), ..TicketChange::default() };
            let ticket = tickets::change(&mut tx, desk, ticket.id, less, Actor::System, None, NOW).await.unwrap();
            let more = TicketChange { tags: Some(vec!["a".into()]), ..TicketChange::default() };
            let ticket = tickets::change(&mut tx, desk, ticket.id, more, Actor::System, None, NOW).await.unwrap();
            let size = value(&mut tx, desk).await;
            fields::write(&mut tx, desk, ticket.id, &[size]).await.unwrap();
            let deleted = Ticket { deleted_at: Some(NOW), ..ticket.clone() };
            tickets::save(&mut tx, desk, &ticket, deleted, "system", NOW).await.unwrap();
            let before = left(&mut tx, ticket.id, message.id).await;
            for table in [
                "ticket_tags",
                "ticket_changes",
                "messages",
                "message_texts",
                "channel_inbound",
                "channel_threads",
                "channel_conversations",
                "field_values",
            ] {
                assert!(before.iter().any(|(name, rows)| name == table && *rows > 0), "{table}: {before:?}");
            }

            assert_eq!(purge(&mut tx, NOW).await.unwrap(), 0, "not yet");
            assert_eq!(purge(&mut tx, Timestamp(NOW.0 + 1)).await.unwrap(), 1);

            let after = left(&mut tx, ticket.id, message.id).await;
            assert!(after.iter().all(|(_, rows)| *rows == 0), "{after:?}");
            assert!(tickets::get(&mut tx, desk, ticket.id).await.is_err());
            assert_eq!(tickets::get(&mut tx, desk, kept.id).await.unwrap(), kept);
            assert_eq!(messages::list(&mut tx, desk, kept.id, None, 9).await.unwrap().len(), 1);
            tx.commit().await.unwrap();
        })
        .await;
    }
}
