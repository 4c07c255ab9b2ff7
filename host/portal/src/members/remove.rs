use annex_domain::{audit::Action, ids::AccountId, publisher::Deed};
use annex_store::{
    billing::accounts,
    publishers::{members, tokens},
};
use serde_json::json;

use crate::{Member, Portal, Refusal, developer_desk::hand_on};

/// Takes a member out; the tokens that they made end, and an owner takes over what they had of the developer desk. The last owner stays.
///
/// # Errors
/// [`Refusal::Role`]; [`crate::Rule::LastOwner`]; [`annex_desk::Refusal::NotFound`] for who is no member.
pub async fn remove(portal: &Portal, by: &Member, account: AccountId) -> Result<(), Refusal> {
    let mut tx = by.begin(portal, Deed::Members).await?;
    let role = members::role(&mut tx, &by.publisher, account).await?;
    let role = role.ok_or_else(|| Refusal::not_found("member"))?;
    super::owner_stays(&mut tx, &by.publisher, role).await?;
    members::remove(&mut tx, &by.publisher, account).await?;
    hand_on(&mut tx, by, account, role, None).await?;
    let ended = tokens::revoke_of(&mut tx, &by.publisher, account, by.now).await?;
    let email = accounts::get(&mut tx, account).await?.email;
    let facts = json!({ "account": account, "email": email, "tokens_ended": ended });
    by.record(&mut tx, Action::PublisherRemoveMember, &facts).await?;
    Ok(tx.commit().await?)
}
