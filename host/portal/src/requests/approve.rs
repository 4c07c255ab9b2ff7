use annex_desk::password;
use annex_domain::{
    addon::PublisherSlug,
    audit::Action,
    ids::{AccountId, AccountRequestId},
    mail::MailFacts,
    publisher::{AccountRequestState, MemberRole, StaffPermission},
    random,
};
use annex_store::{
    StoreError, Tx,
    billing::accounts::{self, NewAccount},
    catalog,
    publishers::{
        invitations, members, organisations,
        requests::{self, AccountRequest},
    },
};
use serde_json::json;

use crate::{By, Portal, Refusal, Rule, developer_desk, mails};

/// What becomes of the name that was wished for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Making {
    /// A publisher that is not there yet.
    New,
    /// One that the command line trusts and that has no members: who asked becomes its owner.
    Adopted,
}

/// Whom a request led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approved {
    /// The publisher.
    pub publisher: PublisherSlug,
    /// Its first owner.
    pub owner: AccountId,
}

/// Approves a request: the publisher, the account where there is none, and its owner are there from then on, and a mail says so. Who
/// has no account gets a link in it, with which they choose their password. `slug` takes the place of the name that was wished for.
/// Their developer desk is made after that: when it fails, the publisher is there all the same, and its owner makes the desk.
///
/// # Errors
/// [`Refusal::Staff`]; [`Rule::SlugTaken`], [`Rule::HasMembers`]; [`StoreError::Stale`] when it is decided already.
pub async fn approve(
    portal: &Portal,
    by: By<'_>,
    id: AccountRequestId,
    slug: Option<PublisherSlug>,
    making: Making,
) -> Result<Approved, Refusal> {
    // Hashing takes a while: before the transaction. Nobody knows this one.
    let unknown = random::token().map_err(StoreError::from)?;
    let hash = password::hash(unknown.into(), &[]).await.map_err(|_| annex_desk::Refusal::Hashing)?;
    let now = by.now();
    let mut tx = by.begin(portal, StaffPermission::PublishersManage).await?;
    let request = requests::get(&mut tx, id).await?;
    requests::decide(&mut tx, id, AccountRequestState::Approved, None, now).await?;
    let publisher = slug.unwrap_or_else(|| request.slug.clone());
    let there = catalog::publisher(&mut tx, &publisher).await?.is_some();
    match (making, there) {
        (Making::New, true) => return Err(Rule::SlugTaken.into()),
        (Making::New, false) => catalog::add_publisher(&mut tx, &publisher, &request.name, now).await?,
        (Making::Adopted, true) => {}
        (Making::Adopted, false) => return Err(Refusal::not_found("publisher")),
    }
    // Somebody else may have made it meanwhile.
    organisations::lock(&mut tx, &publisher).await?;
    if !members::list(&mut tx, &publisher).await?.is_empty() {
        return Err(Rule::HasMembers.into());
    }
    organisations::update(&mut tx, &publisher, &request.name, &request.site, &request.email).await?;
    let owner = owner(&mut tx, by, &request, &publisher, hash).await?;
    let facts = json!({ "request": id, "name": request.name, "owner": request.email });
    by.record(&mut tx, Action::PublisherApprove, publisher.as_str(), &facts).await?;
    tx.commit().await?;
    developer_desk::make_for(portal, &publisher, owner, by.actor(), now).await?;
    Ok(Approved { publisher, owner })
}

/// The account of who asked as the first owner, and the mail to it.
async fn owner(
    tx: &mut Tx,
    by: By<'_>,
    request: &AccountRequest,
    publisher: &PublisherSlug,
    hash: String,
) -> Result<AccountId, StoreError> {
    let (now, role, email) = (by.now(), MemberRole::Owner, &request.email);
    let (key, name) = (request.id.to_string(), request.name.clone());
    if let Some(known) = accounts::by_email(tx, email).await? {
        members::add(tx, publisher, known.account.id, role, now).await?;
        mails::tell(tx, email, &MailFacts::PublisherApproved { name, days: None }, &key, None, now).await?;
        return Ok(known.account.id);
    }
    let new = NewAccount { email: email.clone(), name: request.contact.clone(), password_hash: hash };
    let account = accounts::insert(tx, &new, now).await?.id;
    members::add(tx, publisher, account, role, now).await?;
    let (_, secret) = invitations::create(tx, publisher, email, role, Some(account), now).await?;
    let facts = MailFacts::PublisherApproved { name, days: Some(crate::members::LINK_DAYS) };
    mails::tell(tx, email, &facts, &key, Some(&secret), now).await?;
    Ok(account)
}
