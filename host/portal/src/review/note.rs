use annex_desk::{Fields, Wrong};
use annex_domain::{
    audit::Action,
    ids::{NoteId, ProjectVersionId},
    review::{Severity, Target, Track},
};
use annex_store::projects::{
    notes::{self, Note},
    rounds,
};
use serde_json::json;

use super::{Table, parts};
use crate::{Portal, Refusal, Staff};

/// The longest note, in characters.
pub(crate) const BODY: usize = 2_000;

/// What a reviewer writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// A blocker or a suggestion.
    pub severity: Severity,
    /// Where.
    pub target: Target,
    /// What.
    pub body: String,
}

/// Writes a note on a version that is in review. A blocker whose place was the same when the version was rejected before is marked as
/// the reviewer's omission: it could have been said then.
///
/// # Errors
/// [`Refusal::Staff`]; [`crate::Rule::OwnPublisher`], [`crate::Rule::NotInReview`]; [`annex_desk::Refusal::Invalid`] for `severity`,
/// `target` or `body`.
pub async fn note(
    portal: &Portal,
    by: &Staff,
    id: ProjectVersionId,
    track: Track,
    remark: &Remark,
) -> Result<NoteId, Refusal> {
    let mut table = Table::in_review(portal, by, id, track).await?;
    let note = table.write(by, remark).await?;
    table.tx.commit().await?;
    Ok(note)
}

impl Table {
    /// Writes the note. The caller commits.
    pub(super) async fn write(&mut self, by: &Staff, remark: &Remark) -> Result<NoteId, Refusal> {
        let mut fields = Fields::default();
        if remark.severity == Severity::Note {
            fields.add("severity", Wrong::Unknown);
        }
        if !remark.target.is_sound() {
            fields.add("target", Wrong::Unknown);
        }
        let body = fields.text("body", &remark.body, BODY);
        fields.check()?;
        let (id, track) = (self.version.id, self.stored.review.track());
        let note = Note {
            id: NoteId::new(),
            round: self.stored.round,
            severity: remark.severity,
            target: remark.target.clone(),
            body: body.to_owned(),
            author: by.account,
            omission: remark.severity == Severity::Blocker && was_seen(self, track, &remark.target).await?,
            created_at: by.now,
            settled_at: None,
        };
        notes::insert(&mut self.tx, id, track, &note).await?;
        let facts =
            json!({ "note": note.id, "severity": note.severity, "target": note.target, "omission": note.omission });
        self.record(by, Action::ReviewNote, facts).await?;
        Ok(note.id)
    }
}

/// True when the version was rejected before with the same at this place.
async fn was_seen(table: &mut Table, track: Track, target: &Target) -> Result<bool, Refusal> {
    let (id, number) = (table.version.id, table.stored.round);
    let Some(rejected) = rounds::last_rejected(&mut table.tx, id, track).await? else { return Ok(false) };
    let Some(round) = rounds::get(&mut table.tx, id, track, number).await? else { return Ok(false) };
    let before = parts(&mut table.tx, &table.project, &rejected).await?;
    Ok(parts(&mut table.tx, &table.project, &round).await?.same_at(target, &before))
}
