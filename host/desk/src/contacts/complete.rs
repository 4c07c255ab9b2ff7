use annex_domain::{
    contact::{Contact, ContactChange},
    ids::ContactId,
    permission::Permission,
};
use annex_store::{Tx, contacts};

use super::update::update_in;
use crate::{Ctx, Refusal};

/// Adds what a channel has learned of a person: they share their number or address when they are asked for it, which is not in
/// their first message. What the desk knows stays, and an address that somebody else has is left to them. In the transaction of the
/// message.
///
/// # Errors
/// [`Refusal::Forbidden`] without `contacts.manage`; [`Refusal::NotFound`], also for somebody who was erased: who writes again is
/// somebody new; [`Refusal::Invalid`].
pub async fn complete(
    tx: &mut Tx,
    ctx: &Ctx,
    id: ContactId,
    email: Option<String>,
    phone: Option<String>,
) -> Result<Contact, Refusal> {
    ctx.require(Permission::ContactsManage)?;
    let known = contacts::lock(tx, ctx.desk, id).await?;
    if known.erased_at.is_some() {
        return Err(Refusal::NotFound("contact"));
    }
    let mut change = ContactChange {
        email: email.filter(|_| known.email.is_none()),
        phone: phone.filter(|_| known.phone.is_none()),
        ..ContactChange::default()
    };
    if let Some(email) = &change.email
        && contacts::by_email(tx, ctx.desk, email).await?.is_some()
    {
        change.email = None;
    }
    update_in(tx, ctx, id, change).await
}
