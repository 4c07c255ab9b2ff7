//! How a publisher offers its add-ons: to which desks, by which links, how fast a version is rolled out, and until when; and handing
//! one over to another publisher. Who sees what of that is decided where the catalog is read, in `annex_store::catalog`.

mod access;
mod end;
mod guests;
mod links;
mod rollout;
mod transfer;
mod unlist;
mod withdraw;

pub use access::set_audience;
pub use end::{NOTICE, announce_end, take_end_back};
pub use guests::{admit, dismiss};
pub use links::{Link, create_link, revoke_link};
pub use rollout::set_rollout;
pub use transfer::{accept, offer, take_offer_back};
pub use unlist::unlist;
pub use withdraw::{give_back, withdraw};

use annex_domain::{addon::AddonId, audit::Action, ids::DeskId, operator::Actor, publisher::Deed};
use annex_store::{
    StoreError, Tx, audit,
    catalog::{self, Offering},
};
use serde_json::Value;

use crate::{Member, Portal, Refusal, Rule};

/// Begins a transaction in which the publisher does not change, and answers how it offers the add-on. One that is not its own is
/// not there.
async fn begin(portal: &Portal, by: &Member, deed: Deed, addon: &AddonId) -> Result<(Tx, Offering), Refusal> {
    let mut tx = by.begin(portal, deed).await?;
    let offering = catalog::offering(&mut tx, addon).await?.filter(|offering| offering.owner == by.publisher);
    Ok((tx, offering.ok_or_else(|| Refusal::not_found("add-on"))?))
}

/// The same of one that does not end.
async fn begin_going_on(portal: &Portal, by: &Member, deed: Deed, addon: &AddonId) -> Result<(Tx, Offering), Refusal> {
    let (tx, offering) = begin(portal, by, deed, addon).await?;
    if offering.ends_at.is_some() { Err(Rule::AddonEnds.into()) } else { Ok((tx, offering)) }
}

impl Member {
    /// Writes the audit row of the host about an add-on.
    async fn record_of(&self, tx: &mut Tx, action: Action, addon: &AddonId, facts: &Value) -> Result<(), StoreError> {
        audit::append(tx, None::<DeskId>, Actor::Account(self.account), action, addon.as_str(), facts, self.now).await
    }
}
