//! Reviews: what the platform's people do with versions that were handed in. Nobody reviews what is their own publisher's, or was when it
//! was handed in; an approval has no blocker open, a rejection has one at least, and of two reviewers at once the second is told so.

mod approve;
mod decide;
mod look;
mod note;
mod picture;
mod reject;
mod reopen;
mod settle;
mod unlock;

pub use approve::{Approval, approve};
pub use look::{Look, look};
pub use note::{Remark, note};
pub use picture::picture;
pub use reject::reject;
pub use reopen::reopen;
pub use settle::settle;
pub use unlock::unlock;

use annex_domain::{
    audit::Action,
    difference::Parts,
    ids::ProjectVersionId,
    publisher::StaffPermission,
    review::{State, Track},
};
use annex_store::{
    Conn, StoreError, Tx,
    projects::{
        Project,
        reviews::{self, Stored},
        rounds::{self, Round},
        versions::{self, Package, ProjectVersion},
    },
    publishers::{members, organisations},
};
use serde_json::{Value, json};

use crate::{By, Portal, Refusal, Rule, Staff, projects::manifest_of};

/// What somebody needs to review a track.
#[must_use]
pub const fn permission(track: Track) -> StaffPermission {
    match track {
        Track::Technical => StaffPermission::ReviewTechnical,
        Track::Marketplace => StaffPermission::ReviewMarketplace,
    }
}

/// A version on a reviewer's table, in a transaction in which nobody else changes it.
struct Table {
    tx: Tx,
    project: Project,
    version: ProjectVersion,
    stored: Stored,
}

impl Table {
    /// With who reviews it: not of the same publisher, now or when it was handed in.
    async fn open(portal: &Portal, by: &Staff, id: ProjectVersionId, track: Track) -> Result<Self, Refusal> {
        let mut tx = By::Staff(by).begin(portal, permission(track)).await?;
        let (Project { publisher: locked, .. }, _) = versions::of_anybody(&mut tx, id).await?;
        organisations::lock(&mut tx, &locked).await?;
        let (project, version) = versions::of_anybody(&mut tx, id).await?;
        if project.publisher != locked {
            return Err(StoreError::Stale("the project").into());
        }
        let is_member = members::role(&mut tx, &locked, by.account).await?.is_some();
        if is_member || rounds::took_part(&mut tx, id, by.account).await? {
            return Err(Rule::OwnPublisher.into());
        }
        let stored = *reviews::both(&mut tx, id).await?.of(track);
        Ok(Self { tx, project, version, stored })
    }

    /// The same of one that waits.
    async fn in_review(portal: &Portal, by: &Staff, id: ProjectVersionId, track: Track) -> Result<Self, Refusal> {
        let table = Self::open(portal, by, id, track).await?;
        if table.stored.review.state() == State::InReview { Ok(table) } else { Err(Rule::NotInReview.into()) }
    }

    /// Goes on only when it is as the reviewer has seen it.
    fn as_seen(&self, rev: i64) -> Result<(), Refusal> {
        if self.stored.rev == rev { Ok(()) } else { Err(StoreError::Stale("the review").into()) }
    }

    /// Writes the audit row of the host.
    async fn record(&mut self, by: &Staff, action: Action, facts: Value) -> Result<(), StoreError> {
        let track = self.stored.review.track();
        let mut all = json!({ "version_id": self.version.id, "track": track });
        if let (Some(all), Value::Object(facts)) = (all.as_object_mut(), facts) {
            all.extend(facts);
        }
        By::Staff(by).record(&mut self.tx, action, self.project.id.as_str(), &all).await
    }
}

/// The parts of what was handed in.
async fn parts(conn: &mut Conn, project: &Project, round: &Round) -> Result<Parts, StoreError> {
    let package = Package { version: round.version.clone(), digest: round.digest.clone(), blockers: None };
    let (manifest, size) = manifest_of(conn, &project.id, &package).await?;
    Ok(Parts::of(&round.draft, &manifest, size))
}
