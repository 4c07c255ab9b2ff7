use annex_domain::{
    addon::{AddonId, Digest, Version},
    audit::Action,
    ids::ProjectVersionId,
    publisher::Deed,
    review::{Severity, State, Step, Track},
};
use annex_store::{
    StoreError, Tx,
    projects::{
        self, Project, reviews,
        versions::{self, Package, ProjectVersion},
    },
    reports::{self, ReportState},
};
use serde_json::json;

use super::begin;
use crate::{Member, Portal, Refusal, Rule};

/// Puts a package of the catalog into the version that is worked on, in the place of an earlier one; where none is worked on, one
/// begins. The draft takes over what is not written yet, and the version what the report found, where it is there already. The same
/// package again: the version that has it.
///
/// # Errors
/// [`Refusal::Role`]; [`Refusal::Review`] while its listing is in review; [`Rule::VersionTaken`]; [`annex_desk::Refusal::NotFound`].
pub async fn attach(
    portal: &Portal,
    by: &Member,
    project: &AddonId,
    version: &Version,
    digest: &Digest,
) -> Result<ProjectVersionId, Refusal> {
    let mut tx = by.begin(portal, Deed::Develop).await?;
    let project = projects::get(&mut tx, &by.publisher, project).await?;
    let all = versions::list(&mut tx, &by.publisher, &project.id).await?;
    if let Some(same) = holder(&all, digest) {
        return Ok(same.id);
    }
    let open = match place(&mut tx, &all).await? {
        Some(open) => open,
        None => {
            let id = begin::insert(&mut tx, by, &project, all.first()).await?;
            super::version(&mut tx, by, &project.id, id).await?
        }
    };
    let blockers = found(&mut tx, by, &project, version, digest).await?;
    super::edit(&mut tx, open.id, Track::Technical, by.now).await?;
    if reviews::both(&mut tx, open.id).await?.of(Track::Marketplace).review.state() != State::Advertised {
        super::edit(&mut tx, open.id, Track::Marketplace, by.now).await?;
    }
    let package = Package { version: version.clone(), digest: digest.clone(), blockers: None };
    let (manifest, _) = super::manifest_of(&mut tx, &project.id, &package).await?;
    let mut draft = open.draft;
    draft.fill_from(&manifest);
    versions::set_package(&mut tx, open.id, version, digest, &draft, by.now).await.map_err(|error| match error {
        StoreError::Taken(_) => Refusal::from(Rule::VersionTaken),
        other => Refusal::from(other),
    })?;
    if let Some(blockers) = blockers {
        versions::set_checked(&mut tx, &project.id, digest, blockers).await?;
    }
    let facts =
        json!({ "project": project.id, "version_id": open.id, "version": version.to_string(), "digest": digest });
    by.record(&mut tx, Action::ProjectUpload, &facts).await?;
    portal.commit(tx, "attach").await?;
    Ok(open.id)
}

/// The version that has a package.
pub(super) fn holder<'a>(all: &'a [ProjectVersion], digest: &Digest) -> Option<&'a ProjectVersion> {
    all.iter().find(|known| known.package.as_ref().is_some_and(|own| own.digest == *digest))
}

/// The version that another package goes into; none: one begins. A listing that is advertised stays as it is; one that waits would
/// change under its reviewer.
pub(super) async fn place(tx: &mut Tx, all: &[ProjectVersion]) -> Result<Option<ProjectVersion>, Refusal> {
    let open = begin::open(tx, all).await?;
    if let Some(open) = &open {
        let listing = reviews::both(tx, open.id).await?.of(Track::Marketplace).review;
        if listing.state() != State::Advertised {
            listing.take(Step::Edit)?;
        }
    }
    Ok(open)
}

/// How many blockers the report of the package has. Where it is not done, its job tells the version later; a package that came into
/// the catalog by another way is checked from now on.
async fn found(
    tx: &mut Tx,
    by: &Member,
    project: &Project,
    version: &Version,
    digest: &Digest,
) -> Result<Option<u32>, StoreError> {
    let of_it = reports::hold(tx, &project.id, version).await?.filter(|ordered| ordered.package == *digest);
    match of_it.map(|ordered| (ordered.state, ordered.report)) {
        Some((ReportState::Waiting | ReportState::Running, _)) => Ok(None),
        Some((ReportState::Done, Some(report))) => {
            Ok(Some(u32::try_from(report.count(Severity::Blocker)).unwrap_or(u32::MAX)))
        }
        Some((ReportState::Done | ReportState::Failed, _)) | None => {
            reports::order(tx, &project.id, version, digest, by.now).await?;
            Ok(None)
        }
    }
}
