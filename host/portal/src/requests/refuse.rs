use annex_desk::Fields;
use annex_domain::{
    audit::Action,
    ids::AccountRequestId,
    mail::MailFacts,
    publisher::{AccountRequestState, StaffPermission},
};
use annex_store::publishers::requests;
use serde_json::json;

use crate::{By, Portal, Refusal, mails};

/// The longest reason, in characters.
pub const REASON: usize = 2_000;

/// Refuses a request, and mails the reason.
///
/// # Errors
/// [`Refusal::Staff`]; [`annex_desk::Refusal::Invalid`] for a missing `reason`; [`annex_store::StoreError::Stale`] when it is
/// decided already.
pub async fn refuse(portal: &Portal, by: By<'_>, id: AccountRequestId, reason: &str) -> Result<(), Refusal> {
    let mut tx = by.begin(portal, StaffPermission::PublishersManage).await?;
    let mut fields = Fields::default();
    let reason = fields.text("reason", reason, REASON);
    fields.check()?;
    let request = requests::get(&mut tx, id).await?;
    requests::decide(&mut tx, id, AccountRequestState::Refused, Some(reason), by.now()).await?;
    let facts = json!({ "request": id, "name": request.name, "email": request.email, "reason": reason });
    by.record(&mut tx, Action::PublisherRefuse, request.slug.as_str(), &facts).await?;
    let told = MailFacts::PublisherRefused { name: request.name, reason: reason.to_owned() };
    mails::tell(&mut tx, &request.email, &told, &id.to_string(), None, by.now()).await?;
    Ok(tx.commit().await?)
}
