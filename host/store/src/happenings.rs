//! What add-ons are told of: a job in the transaction of what happened, which becomes one for each add-on that hears of it. What
//! happens to tickets is announced where they are written (`tickets`); here is the rest. Parts of contacts stand in the job, since
//! nothing else keeps how they were: who erases a contact removes them (`contacts::erase`).

use annex_domain::{
    clock::Timestamp,
    contact::Contact,
    ids::{ContactId, DeskId, InstallationId, TicketId},
    operator::Actor,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Tx,
    error::Result,
    jobs::{self, NewJob},
    tickets::HAPPENING,
};

/// A part of something that was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Such as `emails`.
    pub field: String,
    /// As it was, several with commas between them; empty: there was nothing.
    pub old: String,
    /// As it is.
    pub new: String,
}

/// The parts of a contact that are not as they were, as add-ons read them.
#[must_use]
pub fn contact_parts(old: &Contact, new: &Contact) -> Vec<Part> {
    let joined = |texts: Vec<&String>| texts.into_iter().map(String::as_str).collect::<Vec<_>>().join(",");
    let all = |contact: &Contact| {
        [
            ("name", contact.name.clone()),
            ("emails", joined(contact.emails().collect())),
            ("phones", joined(contact.phones().collect())),
            ("company", contact.company.clone().unwrap_or_default()),
        ]
    };
    let pairs = all(old).into_iter().zip(all(new));
    let parts = pairs.map(|((field, old), (_, new))| Part { field: field.to_owned(), old, new });
    parts.filter(|part| part.old != part.new).collect()
}

/// A requester was added.
pub async fn contact_created(
    tx: &mut Tx,
    desk: DeskId,
    contact: ContactId,
    actor: Actor,
    now: Timestamp,
) -> Result<()> {
    let payload = json!({ "event": "contact-created", "contact": contact, "actor": actor.to_string() });
    tell(tx, desk, payload, now).await
}

/// Parts of a requester are others. Nothing is told of none.
pub async fn contact_updated(
    tx: &mut Tx,
    desk: DeskId,
    contact: ContactId,
    parts: &[Part],
    actor: Actor,
    now: Timestamp,
) -> Result<()> {
    if parts.is_empty() {
        return Ok(());
    }
    let payload = json!({ "event": "contact-updated", "contact": contact, "parts": parts, "actor": actor.to_string() });
    tell(tx, desk, payload, now).await
}

/// Settings of an installation were saved: told to it alone.
pub async fn settings_changed(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    keys: &[String],
    actor: Actor,
    now: Timestamp,
) -> Result<()> {
    let payload =
        json!({ "event": "settings-changed", "only": installation, "keys": keys, "actor": actor.to_string() });
    tell(tx, desk, payload, now).await
}

/// Others than before hold licences of an installation: told to it alone.
pub async fn licences_changed(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    actor: Actor,
    now: Timestamp,
) -> Result<()> {
    let payload = json!({ "event": "licences-changed", "only": installation, "actor": actor.to_string() });
    tell(tx, desk, payload, now).await
}

/// A ticket was put into the trash or the spam.
pub(crate) async fn ticket_deleted(
    tx: &mut Tx,
    desk: DeskId,
    ticket: TicketId,
    actor: &str,
    now: Timestamp,
) -> Result<()> {
    tell(tx, desk, json!({ "event": "ticket-deleted", "ticket": ticket, "actor": actor }), now).await
}

/// Enqueues what happened, with the add-ons that led to it; see [`HAPPENING`].
pub(crate) async fn tell(tx: &mut Tx, desk: DeskId, mut payload: Value, now: Timestamp) -> Result<()> {
    if tx.is_no_news() {
        return Ok(());
    }
    if let Value::Object(object) = &mut payload {
        object.insert("at".into(), json!(now));
        if let Some(last) = tx.causes().last() {
            object.insert("causes".into(), json!(tx.causes()));
            // What an add-on sets off by its writes takes that add-on's turn, not the desk's.
            object.insert("installation".into(), json!(last));
        }
    }
    let job = NewJob { kind: HAPPENING, desk: Some(desk), payload, run_at: now, unique_key: None };
    jobs::enqueue(tx, job, now).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        contacts::{self, NewContact},
        db::query::fetch_all,
        installations::tests::{NOW, installed},
        testing::on_both,
    };

    fn contact(email: &str) -> Contact {
        Contact {
            id: ContactId::new(),
            name: "Ann".into(),
            email: Some(email.into()),
            more_emails: vec!["b@example.org".into()],
            phone: None,
            more_phones: vec![],
            company: None,
            created_at: NOW,
            erased_at: None,
        }
    }

    #[test]
    fn parts_of_a_contact_are_told_with_what_they_were() {
        let (old, new) = (contact("a@example.org"), contact("c@example.org"));
        let (were, are) = ("a@example.org,b@example.org".to_owned(), "c@example.org,b@example.org".to_owned());
        assert_eq!(contact_parts(&old, &new), [Part { field: "emails".into(), old: were, new: are }]);
        assert_eq!(contact_parts(&old, &old), []);
    }

    #[tokio::test]
    async fn nothing_of_a_contact_who_was_erased_waits_to_be_told() {
        on_both(async |db| {
            let of = installed(&db).await;
            let mut tx = db.begin().await.unwrap();
            let new = NewContact { name: "Ann".into(), ..NewContact::default() };
            let (ann, bob) = (
                contacts::create(&mut tx, of.desk, new.clone(), NOW).await.unwrap(),
                contacts::create(&mut tx, of.desk, new, NOW).await.unwrap(),
            );
            let part = Part { field: "name".into(), old: "Anna".into(), new: "Ann".into() };
            for one in [&ann, &bob] {
                contact_updated(&mut tx, of.desk, one.id, std::slice::from_ref(&part), Actor::System, NOW)
                    .await
                    .unwrap();
            }
            contacts::erase(&mut tx, of.desk, ann, NOW).await.unwrap();
            let waiting = fetch_all!(tx, (String,), "SELECT payload FROM jobs WHERE kind = 'happening'").unwrap();
            assert!(waiting.len() == 1 && waiting[0].0.contains(&bob.id.to_string()), "{waiting:?}");
        })
        .await;
    }
}
