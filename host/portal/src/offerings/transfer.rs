use annex_desk::Wrong;
use annex_domain::{
    addon::{AddonId, PublisherSlug},
    audit::Action,
    publisher::Deed,
};
use annex_lifecycle::service;
use annex_store::{
    Conn, StoreError,
    catalog::{self, access},
    projects, provisioning,
    publishers::organisations,
    vault::Vault,
};
use serde_json::json;

use crate::{GivenPassword, Member, Portal, Refusal};

/// Offers an add-on to another publisher. It is theirs once an owner of theirs accepts; an offer that was made before is replaced.
///
/// # Errors
/// [`Refusal::Role`] for who is no owner; [`annex_desk::Refusal::NotFound`]; [`annex_desk::Refusal::Invalid`] for a `publisher` that is
/// unknown or one's own, or the `password`; [`crate::Rule::AddonEnds`].
pub async fn offer(
    portal: &Portal,
    by: &Member,
    addon: &AddonId,
    to: &PublisherSlug,
    given: &GivenPassword<'_>,
) -> Result<(), Refusal> {
    by.require(Deed::Organisation)?;
    given.check(portal, by.account).await?;
    let (mut tx, _) = super::begin_going_on(portal, by, Deed::Organisation, addon).await?;
    let there = match organisations::get(&mut tx, to).await {
        Ok(_) => *to != by.publisher,
        Err(StoreError::NotFound(_)) => false,
        Err(error) => return Err(error.into()),
    };
    if !there {
        return Err(Refusal::field("publisher", Wrong::Unknown));
    }
    catalog::offer_to(&mut tx, addon, Some(to)).await?;
    by.record_of(&mut tx, Action::CatalogOffer, addon, &json!({ "from": by.publisher, "to": to })).await?;
    Ok(tx.commit().await?)
}

/// Takes an offer back that nobody accepted.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::NotFound`].
pub async fn take_offer_back(portal: &Portal, by: &Member, addon: &AddonId) -> Result<(), Refusal> {
    let (mut tx, offering) = super::begin(portal, by, Deed::Organisation, addon).await?;
    if offering.offered_to.is_none() {
        return Ok(());
    }
    catalog::offer_to(&mut tx, addon, None).await?;
    by.record_of(&mut tx, Action::CatalogOffer, addon, &json!({ "from": by.publisher, "to": null })).await?;
    Ok(tx.commit().await?)
}

/// Takes over an add-on that another publisher offers, with its project, its events and what waits for an answer. Its id stays;
/// new packages of it need this publisher's keys from now on, what its service is told is signed with other secrets, and it has other
/// OAuth clients; links to it that were made before let nobody in any more.
///
/// # Errors
/// [`Refusal::Role`] for who is no owner; [`annex_desk::Refusal::NotFound`] unless it is offered to them;
/// [`annex_desk::Refusal::Invalid`] for the `password`; `stale` when it was handed over to somebody else meanwhile.
pub async fn accept(
    portal: &Portal,
    vault: &Vault,
    by: &Member,
    addon: &AddonId,
    given: &GivenPassword<'_>,
) -> Result<(), Refusal> {
    by.require(Deed::Organisation)?;
    given.check(portal, by.account).await?;
    // What the publisher before does with it is done, or finds it gone: both are locked.
    let from = offered(&mut portal.db.read().await?, by, addon).await?;
    let mut tx = by.begin_beside(portal, Deed::Organisation, &from).await?;
    offered(&mut tx, by, addon).await?;
    catalog::hand_over(&mut tx, addon, &from, &by.publisher).await?;
    access::end_links(&mut tx, addon, by.now).await?;
    projects::hand_over(&mut tx, addon, &by.publisher).await?;
    provisioning::hand_over(&mut tx, addon, &by.publisher).await?;
    service::hand_over(&mut tx, vault, addon, &from, by.now).await?;
    by.record_of(&mut tx, Action::CatalogTake, addon, &json!({ "from": from, "to": by.publisher })).await?;
    Ok(tx.commit().await?)
}

/// Whose add-on is offered to the member's publisher.
async fn offered(conn: &mut Conn, by: &Member, addon: &AddonId) -> Result<PublisherSlug, Refusal> {
    let offering = catalog::offering(conn, addon).await?;
    let offering = offering.filter(|offering| offering.offered_to.as_ref() == Some(&by.publisher));
    Ok(offering.ok_or_else(|| Refusal::not_found("add-on"))?.owner)
}
