use annex_domain::{
    audit::Action,
    contact::{Contact, ContactChange},
    ids::ContactId,
    permission::Permission,
};
use annex_store::{StoreError, Tx, contacts};

use super::{address, facts, line, name, object, parts};
use crate::{Ctx, Desk, Refusal, Rule, refusal::Fields};

/// Changes a contact. What is as before leaves no trace.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Invalid`] for `name`, `email`, `phone`, `company`; `already-exists` when somebody else has
/// the address; [`Rule::ContactErased`].
pub async fn update(desk: &Desk, ctx: &Ctx, id: ContactId, change: ContactChange) -> Result<Contact, Refusal> {
    ctx.require(Permission::ContactsManage)?;
    let mut tx = ctx.begin(desk).await?;
    ctx.count_write(&mut tx, &id.to_string()).await?;
    let contact = update_in(&mut tx, ctx, id, change).await?;
    tx.commit().await?;
    Ok(contact)
}

/// The same in a transaction that is open.
pub(super) async fn update_in(
    tx: &mut Tx,
    ctx: &Ctx,
    id: ContactId,
    change: ContactChange,
) -> Result<Contact, Refusal> {
    ctx.require(Permission::ContactsManage)?;
    let old = contacts::lock(tx, ctx.desk, id).await?;
    if old.erased_at.is_some() {
        return Err(Rule::ContactErased.into());
    }
    let new = changed(&old, change)?;
    let parts = parts(Some(&old), &new);
    if parts.is_empty() {
        return Ok(old);
    }
    if new.email != old.email
        && let Some(email) = &new.email
        // Asked first: on PostgreSQL a violated constraint would end the transaction.
        && contacts::by_email(tx, ctx.desk, email).await?.is_some()
    {
        return Err(StoreError::Taken("the e-mail address").into());
    }
    contacts::save(tx, ctx.desk, &new, ctx.now).await?;
    ctx.record(tx, Action::ContactUpdated, &object(id), &facts(&parts)).await?;
    Ok(new)
}

fn changed(old: &Contact, change: ContactChange) -> Result<Contact, Refusal> {
    let mut fields = Fields::default();
    let mut new = old.clone();
    if let Some(text) = change.name {
        new.name = name(&mut fields, &text);
    }
    // One that was taken by a looser rule stays until it is changed.
    if let Some(text) = change.email.filter(|text| old.email.as_deref() != Some(text.trim())) {
        new.email = if text.trim().is_empty() { None } else { address(&mut fields, &text) };
    }
    if let Some(text) = change.phone {
        new.phone = line(&mut fields, "phone", &text);
    }
    if let Some(text) = change.company {
        new.company = line(&mut fields, "company", &text);
    }
    fields.check()?;
    Ok(new)
}
