use annex_domain::{audit::Action, clock::Timestamp, operator::Actor, publisher::StaffPermission};
use annex_store::{audit, publishers::staff};
use serde_json::json;

use crate::{Portal, Refusal};

/// Gives the account with an address a permission of the platform. Again: the same.
///
/// # Errors
/// [`annex_desk::Refusal::NotFound`] for an address that has no account at the client area.
pub async fn grant(portal: &Portal, email: &str, permission: StaffPermission, now: Timestamp) -> Result<(), Refusal> {
    let mut tx = portal.db.begin().await?;
    let account = super::account(&mut tx, email).await?;
    if !staff::grant(&mut tx, account, permission, now).await? {
        return Ok(());
    }
    let (object, facts) = (super::object(account), json!({ "email": email, "permission": permission }));
    audit::append(&mut tx, None, Actor::CommandLine, Action::StaffGrant, &object, &facts, now).await?;
    Ok(tx.commit().await?)
}
