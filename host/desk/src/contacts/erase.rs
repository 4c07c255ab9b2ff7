use annex_domain::{audit::Action, contact::Contact, ids::ContactId, permission::Permission};
use annex_store::contacts;
use serde_json::json;

use super::object;
use crate::{Ctx, Desk, Refusal};

/// Erases everything that the desk knows of a contact, for good: who they are, here and in channels, what they wrote, and what
/// add-ons keep under their id or address. Their tickets stay, with what operators wrote. Once more changes nothing.
///
/// # Errors
/// [`Refusal::NotFound`]. Needs the right to manage contacts, and the desk.
pub async fn erase(desk: &Desk, ctx: &Ctx, id: ContactId) -> Result<Contact, Refusal> {
    ctx.require(Permission::ContactsManage)?;
    ctx.require(Permission::DeskManage)?;
    let mut tx = desk.db.begin().await?;
    let contact = contacts::lock(&mut tx, ctx.desk, id).await?;
    if contact.erased_at.is_some() {
        return Ok(contact);
    }
    let erased = contacts::erase(&mut tx, ctx.desk, contact, ctx.now).await?;
    ctx.record(&mut tx, Action::ContactErased, &object(id), &json!({})).await?;
    tx.commit().await?;
    Ok(erased)
}
