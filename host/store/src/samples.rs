//! The sample of a first run: which tickets and requesters belong to it, and how they are taken away in one go.

use annex_domain::{
    clock::Timestamp,
    ids::{ContactId, DeskId, TicketId},
};

use crate::{
    db::{
        Conn, Tx,
        query::{At, execute, fetch_all, fetch_optional},
    },
    error::Result,
    tickets,
};

/// Marks the desk as one that got its sample. False when it had it before, also when that was removed since.
pub async fn begin(tx: &mut Tx, desk: DeskId, now: Timestamp) -> Result<bool> {
    let sql = "INSERT INTO samples (desk_id, loaded_at) VALUES ($1, $2) ON CONFLICT (desk_id) DO NOTHING";
    Ok(execute!(tx, sql, desk, now)? == 1)
}

/// Adds a ticket and its requester to the sample.
pub async fn add(tx: &mut Tx, desk: DeskId, ticket: TicketId, requester: ContactId) -> Result<()> {
    let sql = "INSERT INTO sample_records (desk_id, record_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    execute!(tx, sql, desk, ticket.to_string())?;
    execute!(tx, sql, desk, requester.to_string())?;
    Ok(())
}

/// True while the sample is there.
pub async fn exists(conn: &mut Conn, desk: DeskId) -> Result<bool> {
    let sql = "SELECT desk_id FROM samples WHERE desk_id = $1 AND removed_at IS NULL";
    Ok(fetch_optional!(conn, (String,), sql, desk)?.is_some())
}

/// Takes the sample's tickets away with all that hangs on them, and those of its requesters who have no other ticket.
pub async fn remove(tx: &mut Tx, desk: DeskId, now: Timestamp) -> Result<()> {
    let sql = "SELECT id FROM tickets WHERE desk_id = $1
               AND id IN (SELECT record_id FROM sample_records WHERE desk_id = $1)";
    for (id,) in fetch_all!(tx, (String,), sql, desk)? {
        tickets::erase(tx, desk, &[At::new("tickets", &id).parse("id", &id)?]).await?;
    }
    for sql in [
        "DELETE FROM contacts WHERE desk_id = $1 AND id IN (SELECT record_id FROM sample_records WHERE desk_id = $1)
         AND NOT EXISTS (SELECT 1 FROM tickets WHERE tickets.desk_id = $1 AND tickets.requester_id = contacts.id)
         AND NOT EXISTS (SELECT 1 FROM channel_people h WHERE h.desk_id = $1 AND h.contact_id = contacts.id)",
        "DELETE FROM field_values WHERE desk_id = $1
         AND subject_id IN (SELECT record_id FROM sample_records WHERE desk_id = $1)
         AND NOT EXISTS (SELECT 1 FROM contacts c WHERE c.desk_id = $1 AND c.id = field_values.subject_id)",
        "DELETE FROM sample_records WHERE desk_id = $1",
    ] {
        execute!(tx, sql, desk)?;
    }
    execute!(tx, "UPDATE samples SET removed_at = $2 WHERE desk_id = $1 AND removed_at IS NULL", desk, now)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        contacts::{self, NewContact},
        desks,
        testing::on_both,
        tickets::NewTicket,
    };

    async fn ticket_of(tx: &mut Tx, desk: DeskId, requester: ContactId) -> TicketId {
        let new = NewTicket { tags: vec!["tag".into()], ..NewTicket::of(requester, "Subject", "Body") };
        tickets::create(tx, desk, new, Timestamp(1)).await.unwrap().0.id
    }

    #[tokio::test]
    async fn only_the_sample_is_removed_and_it_does_not_come_back() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let desk = desks::create(&mut tx, "Desk", "en", Timestamp(1)).await.unwrap().id;
            let contact = async |tx: &mut Tx, email: &str| {
                let new = NewContact { name: "Name".into(), email: Some(email.into()), ..NewContact::default() };
                contacts::create(tx, desk, new, Timestamp(1)).await.unwrap().id
            };
            let (ada, bob) = (contact(&mut tx, "ada@example.com").await, contact(&mut tx, "bob@example.com").await);
            assert!(begin(&mut tx, desk, Timestamp(1)).await.unwrap());
            for requester in [ada, bob] {
                let ticket = ticket_of(&mut tx, desk, requester).await;
                add(&mut tx, desk, ticket, requester).await.unwrap();
            }
            let own = ticket_of(&mut tx, desk, bob).await;
            assert!(exists(&mut tx, desk).await.unwrap());

            remove(&mut tx, desk, Timestamp(2)).await.unwrap();

            assert!(!exists(&mut tx, desk).await.unwrap());
            assert!(!begin(&mut tx, desk, Timestamp(3)).await.unwrap());
            assert_eq!(tickets::get(&mut tx, desk, own).await.unwrap().requester, bob);
            assert!(contacts::get(&mut tx, desk, ada).await.is_err());
            contacts::get(&mut tx, desk, bob).await.unwrap();
            tx.commit().await.unwrap();
        })
        .await;
    }
}
