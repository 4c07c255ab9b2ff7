use annex_domain::{
    addon::AddonId,
    ids::ProjectVersionId,
    listing_draft::ListingDraft,
    publisher::Deed,
    review::{State, Step, Track},
};
use annex_store::projects::{
    reviews,
    versions::{self, ProjectVersion},
};

use crate::{Member, Portal, Refusal};

/// What became of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// It is saved, and has this number from now on.
    Done(i64),
    /// Somebody saved another one since: that one. Nothing was changed.
    Newer(Box<ProjectVersion>),
}

/// Saves what is written about a version over the one with the number that the writer has seen. It may be incomplete and wrong. A
/// review that was rejected is a draft again.
///
/// # Errors
/// [`Refusal::Role`]; [`Refusal::Review`] while the listing is in review or advertised; [`annex_store::StoreError::Invalid`] for a
/// draft that is too large; [`annex_desk::Refusal::NotFound`].
pub async fn save(
    portal: &Portal,
    by: &Member,
    project: &AddonId,
    id: ProjectVersionId,
    seen: i64,
    draft: ListingDraft,
) -> Result<Saved, Refusal> {
    let mut tx = by.begin(portal, Deed::Develop).await?;
    let version = super::version(&mut tx, by, project, id).await?;
    let draft = draft.tidy();
    if draft == version.draft {
        return Ok(Saved::Done(version.draft_rev));
    }
    if seen != version.draft_rev {
        return Ok(Saved::Newer(Box::new(version)));
    }
    super::edit(&mut tx, id, Track::Marketplace, by.now).await?;
    // Who reviews a package reads what is written about it as well, such as the answers for the certification.
    let technical = *reviews::both(&mut tx, id).await?.of(Track::Technical);
    if technical.review.state() == State::Rejected {
        super::step(&mut tx, id, &technical, Step::Edit, by.now).await?;
    }
    let rev = versions::save_draft(&mut tx, id, seen, &draft, by.now).await?;
    tx.commit().await?;
    Ok(Saved::Done(rev))
}
