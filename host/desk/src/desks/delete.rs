use annex_domain::{audit::Action, ids::DeskId, operator};
use annex_store::{audit, desks, mailboxes};
use serde_json::json;

use super::By;
use crate::{Desk, Refusal, Rule, settings::object};

/// Deletes a desk with everything in it, its invoices and the key of its secrets too. Add-ons are not called. Its audit log stays, and the
/// host's says that it was deleted.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Rule::DeskBusy`] while a payment or refund is under way.
pub async fn delete(desk: &Desk, by: By, id: DeskId) -> Result<(), Refusal> {
    delete_if(desk, by, id, |_| true).await
}

/// The same, when `may_go` still says so once nothing about the desk changes any more.
pub(super) async fn delete_if(
    desk: &Desk,
    by: By,
    id: DeskId,
    may_go: impl FnOnce(&operator::Desk) -> bool,
) -> Result<(), Refusal> {
    let mut tx = desk.db.begin().await?;
    desks::lock(&mut tx, id).await?;
    let gone = desks::get(&mut tx, id).await?;
    if !may_go(&gone) {
        return Ok(());
    }
    if desks::is_busy(&mut tx, id).await? {
        return Err(Rule::DeskBusy.into());
    }
    mailboxes::let_bytes_go(&mut tx, id, by.now).await?;
    desks::remove(&mut tx, id).await?;
    let facts = json!({ "name": gone.name });
    audit::append(&mut tx, None, by.actor, Action::DeskDelete, &object(id), &facts, by.now).await?;
    Ok(tx.commit().await?)
}
