use annex_domain::{audit::Action, clock::Timestamp, operator::Actor, publisher::StaffPermission};
use annex_store::{audit, publishers::staff};
use serde_json::json;

use crate::{Portal, Refusal};

/// Takes a permission of the platform from the account with an address.
///
/// # Errors
/// [`annex_desk::Refusal::NotFound`] for an address that has no account, or not the permission.
pub async fn revoke(portal: &Portal, email: &str, permission: StaffPermission, now: Timestamp) -> Result<(), Refusal> {
    let mut tx = portal.db.begin().await?;
    let account = super::account(&mut tx, email).await?;
    staff::revoke(&mut tx, account, permission).await?;
    let (object, facts) = (super::object(account), json!({ "email": email, "permission": permission }));
    audit::append(&mut tx, None, Actor::CommandLine, Action::StaffRevoke, &object, &facts, now).await?;
    Ok(tx.commit().await?)
}
