use annex_domain::{
    addon::AddonId,
    audit::Action,
    ids::ProjectVersionId,
    publisher::Deed,
    review::{Step, Track},
};
use annex_store::projects::{
    self, reviews,
    rounds::{self, Round},
};
use serde_json::json;

use crate::{Member, Portal, Refusal, Rule, documents::must_be_accepted};

/// Hands a version in for one of its reviews: complete, with a package that was checked and has no blocker; to the marketplace with
/// all that it asks for.
///
/// # Errors
/// [`Refusal::Role`]; [`Rule::DocumentsMissing`]; [`Refusal::Incomplete`] with the paths of fields; [`Rule::NotChecked`],
/// [`Rule::ReportBlockers`]; [`Refusal::Review`] unless it is a draft; [`annex_desk::Refusal::NotFound`].
pub async fn submit(
    portal: &Portal,
    by: &Member,
    project: &AddonId,
    id: ProjectVersionId,
    track: Track,
) -> Result<(), Refusal> {
    let mut tx = by.begin(portal, Deed::Submit).await?;
    let project = projects::get(&mut tx, &by.publisher, project).await?;
    let version = super::version(&mut tx, by, &project.id, id).await?;
    let stored = *reviews::both(&mut tx, id).await?.of(track);
    stored.review.take(Step::Submit)?;
    must_be_accepted(&mut tx, &by.publisher).await?;
    let errors = super::readiness(&mut tx, &project, &version).await?.against(track);
    let package = match version.package {
        Some(package) if errors.is_empty() => package,
        _ => return Err(Refusal::Incomplete(errors)),
    };
    match package.blockers {
        None => return Err(Rule::NotChecked.into()),
        Some(0) => {}
        Some(_) => return Err(Rule::ReportBlockers.into()),
    }
    super::step(&mut tx, id, &stored, Step::Submit, by.now).await?;
    let round = Round {
        version: package.version,
        digest: package.digest,
        draft: version.draft,
        submitted_by: by.account,
        submitted_at: by.now,
    };
    rounds::open(&mut tx, id, track, stored.round + 1, &round).await?;
    let facts =
        json!({ "project": project.id, "version_id": id, "version": round.version.to_string(), "track": track });
    by.record(&mut tx, Action::ProjectSubmit, &facts).await?;
    portal.commit(tx, "submit").await
}
