use annex_domain::{audit::Action, ids::DeskId};
use annex_store::{audit, desks};
use serde_json::json;

use super::By;
use crate::{Desk, Refusal, Rule, settings::object};

/// Deletes a desk with everything in it, its invoices and the key of its secrets too. Add-ons are not called. Its audit log stays, and the
/// host's says that it was deleted.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Rule::DeskBusy`] while a payment or refund is under way.
pub async fn delete(desk: &Desk, by: By, id: DeskId) -> Result<(), Refusal> {
    let mut tx = desk.db.begin().await?;
    let gone = desks::get(&mut tx, id).await?;
    if desks::is_busy(&mut tx, id).await? {
        return Err(Rule::DeskBusy.into());
    }
    desks::remove(&mut tx, id).await?;
    let facts = json!({ "name": gone.name });
    audit::append(&mut tx, None, by.actor, Action::DeskDelete, &object(id), &facts, by.now).await?;
    Ok(tx.commit().await?)
}
