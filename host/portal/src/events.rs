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
use annex_store::catalog;

use crate::{Member, Portal, Refusal};

/// Goes on only for a member who develops for the publisher of the add-on, and while that may do anything.
async fn may(portal: &Portal, by: &Member, addon: &AddonId) -> Result<Initiator, Refusal> {
    let mut tx = by.begin(portal, Deed::Develop).await?;
    let owner = catalog::owner(&mut tx, addon).await?;
    tx.rollback().await?;
    if owner == by.publisher { Ok(Initiator::account(by.account)) } else { Err(Refusal::not_found("add-on")) }
}

/// What an endpoint does not do.
fn refusal(error: LifecycleError) -> Refusal {
    match error {
        LifecycleError::Store(error) => error.into(),
        // There is nothing else that it could not do.
        _ => Refusal::not_found("add-on"),
    }
}
