//! Events to a publisher's own service: what a member does with the endpoint of an add-on, and with what was sent there.

mod pause;
mod replay;
mod resume;
mod rotate;
mod secrets;
mod set_address;

pub use pause::pause;
pub use replay::replay;
pub use resume::resume;
pub use rotate::rotate;
pub use secrets::secrets;
pub use set_address::set_address;

use annex_domain::{addon::AddonId, publisher::Deed};
use annex_lifecycle::{Initiator, LifecycleError};
use annex_store::{Tx, catalog, publisher_events::endpoints};

use crate::{Member, Portal, Refusal};

/// Begins a transaction that holds the endpoint of an add-on, for a member who develops for whose the add-on is.
async fn begin(portal: &Portal, by: &Member, addon: &AddonId) -> Result<(Tx, Initiator), Refusal> {
    let mut tx = by.begin(portal, Deed::Develop).await?;
    is_theirs(&mut tx, by, addon).await?;
    endpoints::lock(&mut tx, addon).await?;
    // Whoever takes the add-on over holds the endpoint too: this may have waited for them.
    is_theirs(&mut tx, by, addon).await?;
    Ok((tx, Initiator::account(by.account)))
}

async fn is_theirs(tx: &mut Tx, by: &Member, addon: &AddonId) -> Result<(), Refusal> {
    let offering = catalog::offering(tx, addon).await?;
    match offering.filter(|offering| offering.owner == by.publisher) {
        Some(_) => Ok(()),
        None => Err(Refusal::not_found("add-on")),
    }
}

/// What an endpoint does not do.
fn refusal(error: LifecycleError) -> Refusal {
    match error {
        LifecycleError::Store(error) => error.into(),
        // There is nothing else that it could not do.
        _ => Refusal::not_found("add-on"),
    }
}
