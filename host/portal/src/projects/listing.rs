//! What help desks are shown of a version that they may install while nobody has approved its own listing.

use annex_domain::{
    clock::Timestamp,
    listing_draft::ListingDraft,
    review::{State, Track},
};
use annex_store::{
    StoreError, Tx, catalog,
    projects::{
        Project,
        reviews::Both,
        rounds,
        versions::{Package, ProjectVersion},
    },
    publishers::organisations,
};

/// Shows of a version that is available what was approved of the add-on last, with its own release notes, icon and pictures, as the
/// technical review saw them. Before anything was approved: what was handed in for that review. The name of the publisher is its own
/// in any case; what a package says of itself, nobody has looked at. A listing that was approved with an earlier package of the version
/// is not that of this one.
pub(crate) async fn show(
    tx: &mut Tx,
    project: &Project,
    version: &ProjectVersion,
    both: &Both,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (technical, marketplace) = (both.of(Track::Technical), both.of(Track::Marketplace));
    let Some(Package { version: number, digest, .. }) = &version.package else { return Ok(()) };
    if technical.review.state() != State::Available {
        return Ok(());
    }
    if marketplace.review.state() == State::Advertised {
        let approved = rounds::get(tx, version.id, Track::Marketplace, marketplace.round).await?;
        if approved.is_some_and(|approved| approved.digest == *digest) {
            return Ok(());
        }
    }
    let own = rounds::get(tx, version.id, Track::Technical, technical.round).await?;
    let own = own.ok_or(StoreError::NotFound("version"))?.draft;
    let shown = match rounds::last_approved(tx, &project.id, Track::Marketplace).await? {
        Some(approved) => {
            ListingDraft { release_notes: own.release_notes, icon: own.icon, pictures: own.pictures, ..approved.draft }
        }
        None => own,
    };
    let name = organisations::get(tx, &project.publisher).await?.name;
    let listing = shown.listing(&name).ok_or(StoreError::NotFound("listing"))?;
    catalog::set_listing(tx, &project.id, number, &listing, now).await
}
