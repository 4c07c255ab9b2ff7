use annex_desk::Wrong;
use annex_domain::{
    audit::Action,
    mail::MailFacts,
    publisher::{Deed, MemberRole},
    text::mail_address,
};
use annex_store::{
    billing::accounts,
    publishers::{invitations, members, organisations},
};
use serde_json::json;

use super::LINK_DAYS;
use crate::{Member, Portal, Refusal, mails};

/// Invites an address; an invitation that it has already ends. Whether there is an account with it is not said.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::Invalid`] for an `email` that is none, or a member's.
pub async fn invite(portal: &Portal, by: &Member, email: &str, role: MemberRole) -> Result<(), Refusal> {
    let mut tx = by.begin(portal, Deed::Members).await?;
    let email = mail_address(email.trim()).ok_or_else(|| Refusal::field("email", Wrong::MailAddress))?;
    if members::list(&mut tx, &by.publisher).await?.iter().any(|member| member.email == email) {
        return Err(Refusal::field("email", Wrong::Taken));
    }
    let name = organisations::get(&mut tx, &by.publisher).await?.name;
    let (id, secret) = invitations::create(&mut tx, &by.publisher, &email, role, None, by.now).await?;
    let facts = json!({ "invitation": id, "email": email, "role": role });
    by.record(&mut tx, Action::PublisherInvite, &facts).await?;
    let who = accounts::get(&mut tx, by.account).await?.name;
    let told = MailFacts::PublisherInvited { name, role, by: who, days: LINK_DAYS };
    mails::tell(&mut tx, &email, &told, &id.to_string(), Some(&secret), by.now).await?;
    Ok(tx.commit().await?)
}
