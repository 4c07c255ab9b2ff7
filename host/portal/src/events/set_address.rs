use annex_desk::Wrong;
use annex_domain::{addon::AddonId, manifest::EventsUrl, publisher::Deed};
use annex_lifecycle::Lifecycle;

use super::{begin, refusal};
use crate::{GivenPassword, Member, Portal, Refusal};

/// Puts an address in the place of the manifest's, for events that wait as well; an empty one: the manifest's counts again. Takes
/// the password, as what the service proves itself with is posted there.
///
/// # Errors
/// As [`super::pause()`]; [`annex_desk::Refusal::Invalid`] for `events_url` or the `password`.
pub async fn set_address(
    portal: &Portal,
    lifecycle: &Lifecycle,
    by: &Member,
    addon: &AddonId,
    url: &str,
    given: &GivenPassword<'_>,
) -> Result<(), Refusal> {
    by.require(Deed::Develop)?;
    let url: Option<EventsUrl> = match url {
        "" => None,
        url => Some(url.parse().map_err(|_| Refusal::field("events_url", Wrong::Unknown))?),
    };
    given.check(portal, by.account).await?;
    let (mut tx, initiator) = begin(portal, by, addon).await?;
    lifecycle.move_endpoint(&mut tx, addon, url.as_ref(), initiator).await.map_err(refusal)?;
    Ok(tx.commit().await?)
}
