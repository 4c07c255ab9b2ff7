//! The desk that a publisher develops in: a real one of its own, with nothing in it, its licence held by an owner of the publisher, and a
//! first credit. Making it takes two transactions, as a desk is made in one of its own; whoever asks again goes on where it
//! stopped, and gives nothing twice.

mod hand_on;

pub(crate) use hand_on::hand_on;

use std::time::Duration;

use annex_billing::grant_in;
use annex_desk::desks::{self as making, NewDesk};
use annex_domain::{
    addon::{AddonId, Digest, PublisherSlug},
    audit::Action,
    clock::Timestamp,
    ids::{AccountId, DeskId, OperatorId},
    installation::Installation,
    mail::MailFacts,
    money::{Currency, Money},
    operator::{self, Actor},
    publisher::Deed,
};
use annex_store::{
    StoreError, Tx, audit,
    billing::accounts,
    catalog, desks, installations,
    logins::{self, SetupLink},
    mails::{self, NewMail},
    operators,
    publishers::organisations::{self, Organisation},
};
use serde_json::json;

use crate::{Member, Portal, Refusal};

/// What a developer desk starts with: 25.00 (R38).
const CREDIT: Money = Money { cents: 2_500, currency: Currency::EUR };
/// How many days the link of its first admin works.
const LINK_DAYS: u32 = 7;

/// An add-on of the member's publisher as it is installed in its developer desk.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::NotFound`] when it is another publisher's, or not installed there.
pub async fn installed(portal: &Portal, by: &Member, addon: &AddonId) -> Result<Installation, Refusal> {
    by.require(Deed::Develop)?;
    let mut conn = portal.db.read().await?;
    let desk = organisations::get(&mut conn, &by.publisher).await?.developer_desk;
    let is_own = catalog::owned(&mut conn, &by.publisher).await?.contains(addon);
    let found = match desk.filter(|_| is_own) {
        Some(desk) => installations::of_addon(&mut conn, desk, addon).await?,
        None => None,
    };
    found.ok_or_else(|| Refusal::not_found("installation"))
}

/// Makes the developer desk of a publisher that has none, for the member who asks.
///
/// # Errors
/// [`Refusal::Role`]; when the database fails.
pub async fn make(portal: &Portal, by: &Member) -> Result<DeskId, Refusal> {
    by.begin(portal, Deed::Organisation).await?.rollback().await?;
    make_for(portal, &by.publisher, by.account, Actor::Account(by.account), by.now).await
}

/// The same for an owner, whoever decides; the desk that is there already where there is one.
pub(crate) async fn make_for(
    portal: &Portal,
    publisher: &PublisherSlug,
    owner: AccountId,
    actor: Actor,
    now: Timestamp,
) -> Result<DeskId, Refusal> {
    let mut conn = portal.db.read().await?;
    let organisation = organisations::get(&mut conn, publisher).await?;
    let all = desks::list(&mut conn).await?;
    let email = accounts::get(&mut conn, owner).await?.email;
    drop(conn);
    if let Some(there) = organisation.developer_desk {
        return Ok(there);
    }
    let platform = all.first().cloned().ok_or_else(|| Refusal::not_found("help desk of the platform"))?;
    let desk = match all.into_iter().find(|desk| desk.developer_of.as_ref() == Some(publisher)) {
        Some(begun) => begun,
        None => begin(portal, &organisation, &platform, &email, making::By { actor, now }).await?,
    };
    let mut tx = portal.db.begin().await?;
    organisations::lock(&mut tx, publisher).await?;
    if let Some(there) = organisations::get(&mut tx, publisher).await?.developer_desk {
        return Ok(there);
    }
    organisations::set_developer_desk(&mut tx, publisher, desk.id).await?;
    accounts::hold_licence(&mut tx, desk.id, owner, now).await?;
    let (object, facts) = (format!("account:{owner}"), json!({ "email": email }));
    audit::append(&mut tx, desk.id, actor, Action::BillingLicence, &object, &facts, now).await?;
    let id = format!("grant:developer:{publisher}");
    grant_in(&mut tx, desk.id, &id, CREDIT, "developer desk", actor, now).await?;
    let first = operators::list(&mut tx, desk.id).await?.into_iter().map(|listed| listed.operator.id).next();
    invite(&mut tx, desk.id, first, &email, &platform.name, now).await?;
    tx.commit().await?;
    Ok(desk.id)
}

/// As the platform's own desk is, so that it is nobody's surprise where its data are.
async fn begin(
    portal: &Portal,
    of: &Organisation,
    platform: &operator::Desk,
    email: &str,
    by: making::By,
) -> Result<operator::Desk, Refusal> {
    let new = NewDesk {
        name: of.name.clone(),
        admin: Some(email.to_owned()),
        locale: platform.locale.clone(),
        time_zone: platform.time_zone.clone(),
        region: platform.region.clone(),
        host_name: None,
        developer_of: Some(of.slug.clone()),
    };
    Ok(making::create(&portal.desk, by, new).await?.desk)
}

/// Mails the link with which an admin comes in; one that was made before works no more.
async fn invite(
    tx: &mut Tx,
    desk: DeskId,
    operator: Option<OperatorId>,
    email: &str,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let link = SetupLink { desk, operator };
    let secret = logins::create_link(tx, link, Duration::from_hours(24 * u64::from(LINK_DAYS)), now).await?;
    let facts = MailFacts::OperatorInvited { by: by.to_owned(), days: LINK_DAYS };
    let mail = NewMail {
        desk,
        operator,
        to: email.to_owned(),
        kind: facts.kind(),
        args: facts.args(),
        unique_key: format!("invitation:{}", Digest::of(secret.as_bytes())),
    };
    mails::put_with_secret(tx, &mail, &secret, now).await.map(drop)
}
