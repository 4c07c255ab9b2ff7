//! Erasing a requester. Their row and their tickets stay, so that numbers, dates and what operators wrote keep their place;
//! everything that the store knows of the person goes. Answers that are kept for repeated requests are gone within a day, and
//! what add-ons keep is found by its key alone.

use annex_domain::{
    clock::Timestamp,
    contact::{Contact, ERASED},
    ids::DeskId,
};

use super::save;
use crate::{
    db::{Tx, query::execute},
    error::Result,
    text,
};

/// Their tickets are held first: what is being written there is written before, and forgotten with the rest. They are cut off from their
/// channels: nothing is sent there any more, and who writes again is somebody new. `$1`: the desk, `$2`: the contact.
const FORGET: &[&str] = &[
    "UPDATE tickets SET number = number WHERE desk_id = $1 AND requester_id = $2",
    "DELETE FROM mails WHERE desk_id = $1 AND kind IN ('ticket-new', 'ticket-assigned', 'ticket-answered')
        AND SUBSTR(unique_key, LENGTH(kind) + 2, 36) IN (SELECT id FROM tickets WHERE desk_id = $1 AND requester_id = $2
            UNION SELECT ticket_id FROM messages WHERE desk_id = $1 AND author_kind = 'requester' AND author_id = $2)",
    "DELETE FROM attachments WHERE desk_id = $1 AND message_id IN
        (SELECT id FROM messages WHERE desk_id = $1 AND author_kind = 'requester' AND author_id = $2)",
    "DELETE FROM message_texts WHERE desk_id = $1 AND message_id IN
        (SELECT id FROM messages WHERE desk_id = $1 AND author_kind = 'requester' AND author_id = $2)",
    "DELETE FROM message_html WHERE desk_id = $1 AND message_id IN
        (SELECT id FROM messages WHERE desk_id = $1 AND author_kind = 'requester' AND author_id = $2)",
    "DELETE FROM channel_inbound WHERE desk_id = $1 AND message_id IN
        (SELECT id FROM messages WHERE desk_id = $1 AND author_kind = 'requester' AND author_id = $2)",
    "DELETE FROM channel_receipts WHERE desk_id = $1 AND message_id IN
        (SELECT m.id FROM messages m JOIN tickets t ON t.desk_id = m.desk_id AND t.id = m.ticket_id
         WHERE t.desk_id = $1 AND t.requester_id = $2)",
    "DELETE FROM channel_threads WHERE desk_id = $1 AND ticket_id IN
        (SELECT id FROM tickets WHERE desk_id = $1 AND requester_id = $2)",
    // A ticket that took up one of theirs may know their handle, and be answered in their thread: it has its own.
    "DELETE FROM channel_conversations WHERE desk_id = $1 AND ticket_id IN
        (SELECT id FROM tickets WHERE desk_id = $1 AND requester_id = $2
         UNION SELECT merged_into FROM tickets WHERE desk_id = $1 AND requester_id = $2 AND merged_into IS NOT NULL)",
    // What theirs took up of others, who would be answered in no channel there, is closed like any other.
    "UPDATE tickets SET merged_into = NULL, updated_at = updated_at + 1 WHERE desk_id = $1 AND requester_id <> $2
        AND merged_into IN (SELECT id FROM tickets WHERE desk_id = $1 AND requester_id = $2)",
    "DELETE FROM channel_people WHERE desk_id = $1 AND contact_id = $2",
    "DELETE FROM field_values WHERE desk_id = $1 AND subject_id IN
        (SELECT id FROM contacts WHERE desk_id = $1 AND id = $2
         UNION SELECT id FROM tickets WHERE desk_id = $1 AND requester_id = $2)",
    "DELETE FROM jobs WHERE desk_id = $1 AND kind IN ('happening', 'addon-event') AND payload LIKE '%\"contact\":\"' || $2 || '\"%'",
    "UPDATE messages SET delivery = CASE delivery WHEN 'sent' THEN 'sent' ELSE 'none' END, delivery_error = NULL,
        delivery_job = NULL
     WHERE desk_id = $1 AND ticket_id IN (SELECT id FROM tickets WHERE desk_id = $1 AND requester_id = $2)",
];

/// What they wrote, and what custom fields of their tickets held. `$3` takes its place.
const REPLACE: &[&str] = &[
    "UPDATE messages SET body = $3, folded = $3, has_html = 0
     WHERE desk_id = $1 AND author_kind = 'requester' AND author_id = $2",
    "UPDATE ticket_changes SET old = $3, new = $3 WHERE desk_id = $1 AND (field = 'subject' OR field LIKE 'field:%')
        AND ticket_id IN (SELECT id FROM tickets WHERE desk_id = $1 AND requester_id = $2)",
    "UPDATE tickets SET subject = $3, folded = $3, channel_installation_id = NULL, channel_thread = NULL,
        channel_handle = NULL, updated_at = updated_at + 1
     WHERE desk_id = $1 AND requester_id = $2",
];

/// A key that has the pattern `$2`, unless that is part of a longer address which another contact than `$3` has: of `ann@example.org`,
/// who is not `n@example.org`.
macro_rules! is_theirs {
    ($key:literal) => {
        concat!(
            "LOWER(",
            $key,
            ") LIKE $2 ESCAPE '!' AND NOT EXISTS (SELECT 1 FROM contact_addresses a
                WHERE a.desk_id = $1 AND a.kind = 'email' AND a.contact_id <> $3 AND a.value LIKE $2 ESCAPE '!'
                    AND REPLACE(LOWER(",
            $key,
            "), a.value, '') <> LOWER(",
            $key,
            "))"
        )
    };
}

/// What add-ons keep, and have planned, under their id or one of their addresses.
const KEPT: &[&str] = &[
    concat!(
        "UPDATE kv_usage SET bytes = bytes - COALESCE((SELECT SUM(OCTET_LENGTH(k.key) + OCTET_LENGTH(k.value)) FROM kv k
            WHERE k.desk_id = $1 AND k.installation_id = kv_usage.installation_id AND k.generation = kv_usage.generation AND ",
        is_theirs!("k.key"),
        "), 0) WHERE desk_id = $1"
    ),
    concat!("DELETE FROM kv WHERE desk_id = $1 AND ", is_theirs!("kv.key")),
    concat!("DELETE FROM planned_calls WHERE desk_id = $1 AND kind = 'once' AND ", is_theirs!("planned_calls.key")),
    concat!("DELETE FROM jobs WHERE desk_id = $1 AND kind = 'addon-schedule' AND ", is_theirs!("jobs.payload")),
];

/// What add-ons logged that names them so, and the copies that they got of other people's conversations. `$2`: a pattern.
const NAMED: &[&str] = &[
    "UPDATE channel_conversations SET copies = '[]', members = '[]'
     WHERE desk_id = $1 AND (LOWER(copies) LIKE $2 ESCAPE '!' OR LOWER(members) LIKE $2 ESCAPE '!')",
    "DELETE FROM addon_logs WHERE desk_id = $1 AND LOWER(message) LIKE $2 ESCAPE '!'",
    "DELETE FROM last_errors WHERE desk_id = $1 AND LOWER(text) LIKE $2 ESCAPE '!'",
];

/// Erases a requester who was locked, and answers what is left.
///
/// # Errors
/// When the database fails.
pub async fn erase(tx: &mut Tx, desk: DeskId, contact: Contact, now: Timestamp) -> Result<Contact> {
    for &sql in FORGET {
        execute!(tx, sql, desk, contact.id)?;
    }
    for &sql in REPLACE {
        execute!(tx, sql, desk, contact.id, ERASED)?;
    }
    // Add-ons that write stand in line before it is added up.
    execute!(tx, "UPDATE kv_usage SET bytes = bytes WHERE desk_id = $1", desk)?;
    let names: Vec<String> = contact.emails().cloned().chain([contact.id.to_string()]).collect();
    for name in names {
        let pattern = text::contains(&text::fold(&name));
        for &sql in KEPT {
            execute!(tx, sql, desk, &pattern, contact.id)?;
        }
        for &sql in NAMED {
            execute!(tx, sql, desk, &pattern)?;
        }
    }
    let erased = Contact {
        id: contact.id,
        name: ERASED.into(),
        email: None,
        more_emails: Vec::new(),
        phone: None,
        more_phones: Vec::new(),
        company: None,
        created_at: contact.created_at,
        erased_at: Some(now),
    };
    save(tx, desk, &erased, now).await?;
    Ok(erased)
}
