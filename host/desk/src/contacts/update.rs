use std::mem;

use annex_domain::{
    audit::Action,
    contact::{Contact, ContactChange},
    field::{CHANGED, FieldSubject},
    ids::ContactId,
    permission::Permission,
};
use annex_store::{
    StoreError, Tx, contacts, fields,
    happenings::{self, Part, contact_parts},
};

use super::{address, facts, line, name, object, parts, several, split};
use crate::{Ctx, Desk, Refusal, Rule, fields::values, refusal::Fields};

/// Changes a contact. What is as before leaves no trace.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Invalid`] for `name`, `email`, `emails`, `phone`, `phones`, `company`; `already-exists` when
/// somebody else has an address; [`Refusal::Values`]; [`Rule::ContactErased`].
pub async fn update(desk: &Desk, ctx: &Ctx, id: ContactId, change: ContactChange) -> Result<Contact, Refusal> {
    ctx.require(Permission::ContactsManage)?;
    let mut tx = ctx.begin(desk).await?;
    ctx.count_write(&mut tx, &id.to_string()).await?;
    let contact = update_in(&mut tx, ctx, id, change).await?;
    tx.commit().await?;
    Ok(contact)
}

/// The same in a transaction that is open, once the permission was asked for.
pub(super) async fn update_in(
    tx: &mut Tx,
    ctx: &Ctx,
    id: ContactId,
    mut change: ContactChange,
) -> Result<Contact, Refusal> {
    let old = contacts::lock(tx, ctx.desk, id).await?;
    if old.erased_at.is_some() {
        return Err(Rule::ContactErased.into());
    }
    let entries = mem::take(&mut change.fields);
    let new = changed(&old, change)?;
    let values = values::read(tx, ctx, FieldSubject::Contact, &entries).await?;
    let written = fields::write(tx, ctx.desk, id, &values).await?;
    let parts = parts(Some(&old), &new).into_iter().map(str::to_owned);
    let parts: Vec<String> = parts.chain(written.iter().map(|value| format!("{CHANGED}{}", value.key))).collect();
    if parts.is_empty() {
        return Ok(old);
    }
    for email in new.emails().filter(|email| old.emails().all(|known| known != *email)) {
        // Asked first: on PostgreSQL a violated constraint would end the transaction.
        if contacts::by_email(tx, ctx.desk, email).await?.is_some() {
            return Err(StoreError::Taken("the e-mail address").into());
        }
    }
    contacts::save(tx, ctx.desk, &new, ctx.now).await?;
    ctx.record(tx, Action::ContactUpdated, &object(id), &facts(&parts)).await?;
    let mut told = contact_parts(&old, &new);
    told.extend(written.into_iter().map(|value| Part { field: value.key.to_string(), old: value.old, new: value.new }));
    happenings::contact_updated(tx, ctx.desk, id, &told, ctx.actor, ctx.now).await?;
    Ok(new)
}

fn changed(old: &Contact, change: ContactChange) -> Result<Contact, Refusal> {
    // One that was taken by a looser rule stays until it is changed.
    let address = |fields: &mut Fields, field: &'static str, text: &str| {
        let known = old.emails().find(|known| *known == text.trim());
        known.cloned().or_else(|| address(fields, field, text))
    };
    let mut fields = Fields::default();
    let mut new = old.clone();
    if let Some(text) = change.name {
        new.name = name(&mut fields, &text);
    }
    if let Some((field, emails)) = all("email", "emails", change.email, change.emails, &old.more_emails) {
        let emails = several(&mut fields, field, &emails, address);
        (new.email, new.more_emails) = split(&mut fields, field, emails);
    }
    if let Some((field, phones)) = all("phone", "phones", change.phone, change.phones, &old.more_phones) {
        let phones = several(&mut fields, field, &phones, line);
        (new.phone, new.more_phones) = split(&mut fields, field, phones);
    }
    if let Some(text) = change.company {
        new.company = line(&mut fields, "company", &text);
    }
    fields.check()?;
    Ok(new)
}

/// The list as it becomes, with the name of its field: with another first entry, or all of it replaced. `None`: unchanged.
fn all(
    one: &'static str,
    several: &'static str,
    first: Option<String>,
    others: Option<Vec<String>>,
    known: &[String],
) -> Option<(&'static str, Vec<String>)> {
    match (first, others) {
        (None, None) => None,
        (Some(first), None) => Some((one, [first].into_iter().chain(known.iter().cloned()).collect())),
        (first, Some(others)) => Some((several, first.into_iter().chain(others).collect())),
    }
}
