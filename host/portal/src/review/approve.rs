use annex_domain::{
    audit::Action,
    capability::Grant,
    ids::ProjectVersionId,
    review::{Outcome, Track},
};
use annex_store::{
    StoreError, catalog,
    projects::{
        notes,
        reviews::{self, Stored},
        rounds,
        versions::{self, Package},
    },
    publishers::organisations,
};
use serde_json::json;

use super::{Remark, Table};
use crate::{
    Portal, Refusal, Rule, Staff,
    projects::{listing, manifest_of},
};

/// What became of an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approval {
    /// The version is approved.
    Done,
    /// It asks for more than the one that was approved last: somebody else has to approve it as well.
    SecondNeeded,
}

/// Approves a version that has no open blocker, as the reviewer has seen it, with a last note where they wrote one: refused, neither is
/// there. What was approved of its listing is shown at once. A version that wants more than the last one did needs two reviewers on the
/// technical track.
///
/// # Errors
/// [`Refusal::Staff`]; [`Rule::OwnPublisher`], [`Rule::NotInReview`], [`Rule::BlockersOpen`], [`Rule::SecondReviewer`];
/// [`StoreError::Stale`] when somebody else changed it since; what is wrong with the note, as [`super::note()`] says it.
pub async fn approve(
    portal: &Portal,
    by: &Staff,
    id: ProjectVersionId,
    track: Track,
    seen: i64,
    last: Option<&Remark>,
) -> Result<Approval, Refusal> {
    let mut table = Table::in_review(portal, by, id, track).await?;
    table.as_seen(seen)?;
    if let Some(remark) = last {
        table.write(by, remark).await?;
    }
    let notes = notes::list(&mut table.tx, id, track).await?;
    if notes.iter().any(notes::Note::blocks) {
        return Err(Rule::BlockersOpen.into());
    }
    if track == Track::Technical && has_grown(&mut table).await? {
        match table.stored.first_approval {
            Some(first) if first == by.account => return Err(Rule::SecondReviewer.into()),
            Some(_) => {}
            None => {
                let first = Stored { first_approval: Some(by.account), ..table.stored };
                reviews::save(&mut table.tx, id, &first, by.now).await?;
                table.record(by, Action::ReviewApproveFirst, json!({})).await?;
                table.tx.commit().await?;
                return Ok(Approval::SecondNeeded);
            }
        }
    }
    table.decide(by, Outcome::Approved, &notes).await?;
    let deed = match track {
        Track::Technical => "approve",
        Track::Marketplace => {
            advertise(&mut table, by).await?;
            "advertise"
        }
    };
    portal.commit(table.tx, deed).await?;
    Ok(Approval::Done)
}

/// True when the version asks help desks for more than the one that was approved last. Where none was, that is what came into the
/// catalog with the platform's consent and every desk may install.
async fn has_grown(table: &mut Table) -> Result<bool, Refusal> {
    let (project, tx) = (&table.project.id, &mut table.tx);
    let before = match rounds::last_approved(tx, project, Track::Technical).await? {
        Some(before) => {
            let before = Package { version: before.version, digest: before.digest, blockers: None };
            Some(manifest_of(tx, project, &before).await?.0)
        }
        None => catalog::latest(tx, project).await?.map(|row| row.manifest),
    };
    let Some(before) = before else { return Ok(false) };
    let package = table.version.package.as_ref().ok_or(StoreError::NotFound("package"))?;
    let (now, _) = manifest_of(tx, project, package).await?;
    Ok(!Grant::of_all(&before.asks()).missing(&now.asks()).is_empty())
}

/// Shows the listing as it was approved, also of versions that are available without one of their own, and the add-on in grid and
/// search: once a version of it is available, to everybody. Icon and plans are locked again.
async fn advertise(table: &mut Table, by: &Staff) -> Result<(), Refusal> {
    let name = organisations::get(&mut table.tx, &table.project.publisher).await?.name;
    let package = table.version.package.as_ref().ok_or(StoreError::NotFound("package"))?;
    let listing = table.version.draft.listing(&name).ok_or(StoreError::NotFound("listing"))?;
    let addon = &table.project.id;
    catalog::set_listing(&mut table.tx, addon, &package.version, &listing, by.now).await?;
    catalog::set_listed(&mut table.tx, addon, true).await?;
    versions::set_unlocked(&mut table.tx, table.version.id, false).await?;
    let reviewed = reviews::of_project(&mut table.tx, addon).await?;
    for other in versions::list(&mut table.tx, &table.project.publisher, addon).await? {
        if let Some(both) = reviewed.get(&other.id) {
            listing::show(&mut table.tx, &table.project, &other, both, by.now).await?;
        }
    }
    Ok(())
}
