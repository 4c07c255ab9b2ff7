use annex_domain::{
    audit::Action,
    ids::AccountId,
    publisher::{Deed, MemberRole},
};
use annex_store::{billing::accounts, publishers::members};
use serde_json::json;

use crate::{Member, Portal, Refusal, developer_desk::hand_on};

/// Gives a member another role; another owner takes over what it no longer gives them of the developer desk. The last owner stays one.
///
/// # Errors
/// [`Refusal::Role`]; [`crate::Rule::LastOwner`]; [`annex_desk::Refusal::NotFound`] for who is no member.
pub async fn set_role(portal: &Portal, by: &Member, account: AccountId, role: MemberRole) -> Result<(), Refusal> {
    let mut tx = by.begin(portal, Deed::Members).await?;
    let before = members::role(&mut tx, &by.publisher, account).await?;
    let before = before.ok_or_else(|| Refusal::not_found("member"))?;
    if before == role {
        return Ok(());
    }
    super::owner_stays(&mut tx, &by.publisher, before).await?;
    members::set_role(&mut tx, &by.publisher, account, role).await?;
    hand_on(&mut tx, by, account, before, Some(role)).await?;
    let email = accounts::get(&mut tx, account).await?.email;
    let facts = json!({ "account": account, "email": email, "from": before, "to": role });
    by.record(&mut tx, Action::PublisherRole, &facts).await?;
    Ok(tx.commit().await?)
}
