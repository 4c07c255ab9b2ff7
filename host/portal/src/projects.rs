//! Projects: a publisher's add-ons, their versions with drafts and packages, and handing them in for review (R39 to R44).

mod attach;
mod begin;
mod check_again;
mod create;
mod delete;
pub(crate) mod listing;
mod picture;
mod readiness;
mod release;
mod save;
mod submit;
mod upload;
mod withdraw;

pub use attach::attach;
pub use begin::begin;
pub use check_again::check_again;
pub use create::{Create, create};
pub use delete::delete;
pub use picture::picture;
pub use readiness::{Readiness, readiness};
pub use release::release;
pub use save::{Saved, save};
pub use submit::submit;
pub use upload::{Uploaded, upload};
pub use withdraw::withdraw;

use annex_domain::{
    addon::AddonId,
    clock::Timestamp,
    ids::ProjectVersionId,
    manifest::Manifest,
    review::{Review, Step, Track},
};
use annex_store::{
    Conn, StoreError, Tx, catalog,
    projects::{
        reviews::{self, Stored},
        versions::{Package, ProjectVersion},
    },
};

use crate::{Member, Refusal};

/// The manifest of a package that was uploaded, and the size of the package.
pub(crate) async fn manifest_of(
    conn: &mut Conn,
    project: &AddonId,
    package: &Package,
) -> Result<(Manifest, u64), StoreError> {
    let row = catalog::version(conn, project, &package.version).await?.ok_or(StoreError::NotFound("package"))?;
    Ok((row.manifest, row.size))
}

/// A version of a project of the member's publisher.
async fn version(
    conn: &mut Conn,
    by: &Member,
    project: &AddonId,
    id: ProjectVersionId,
) -> Result<ProjectVersion, StoreError> {
    annex_store::projects::versions::get(conn, &by.publisher, project, id).await
}

/// Takes a step of a review, and saves it.
pub(crate) async fn step(
    tx: &mut Tx,
    id: ProjectVersionId,
    stored: &Stored,
    step: Step,
    now: Timestamp,
) -> Result<Review, Refusal> {
    let review = stored.review.take(step)?;
    let submits = step == Step::Submit;
    let next = Stored {
        review,
        round: stored.round + i64::from(submits),
        submitted_at: submits.then_some(now),
        first_approval: None,
        ..*stored
    };
    reviews::save(tx, id, &next, now).await?;
    Ok(review)
}

/// What is reviewed in a track is changed: a rejected review is a draft again, and one that waits stands against it.
async fn edit(tx: &mut Tx, id: ProjectVersionId, track: Track, now: Timestamp) -> Result<(), Refusal> {
    let both = reviews::both(tx, id).await?;
    let stored = both.of(track);
    if stored.review.take(Step::Edit)? != stored.review {
        step(tx, id, stored, Step::Edit, now).await?;
    }
    Ok(())
}
