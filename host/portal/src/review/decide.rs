//! What ends a round: the state, the round, the audit row and the mails to who may hand the version in again.

use annex_domain::{
    audit::Action,
    mail::{MailFacts, MailNote, MailReview},
    publisher::Deed,
    review::{Outcome, Step},
};
use annex_store::{
    projects::{notes::Note, rounds},
    publishers::members,
};
use serde_json::json;

use super::Table;
use crate::{Refusal, Staff, mails, projects::step};

impl Table {
    /// Ends the round. The caller commits.
    pub(super) async fn decide(&mut self, by: &Staff, outcome: Outcome, notes: &[Note]) -> Result<(), Refusal> {
        let (id, track, round) = (self.version.id, self.stored.review.track(), self.stored.round);
        let (next, action) = match outcome {
            Outcome::Approved => (Step::Approve, Action::ReviewApprove),
            Outcome::Rejected | Outcome::Withdrawn => (Step::Reject, Action::ReviewReject),
        };
        step(&mut self.tx, id, &self.stored, next, by.now).await?;
        rounds::close(&mut self.tx, id, track, round, outcome, by.account, by.now).await?;
        let open = notes.iter().filter(|note| note.settled_at.is_none());
        let open: Vec<MailNote> = open
            .map(|note| MailNote { severity: note.severity, place: note.target.to_string(), body: note.body.clone() })
            .collect();
        self.record(by, action, json!({ "round": round, "notes": open.len() })).await?;
        let review = MailReview {
            publisher: self.project.publisher.clone(),
            project: self.project.id.clone(),
            name: self.project.names.clone(),
            id,
            version: self.version.package.as_ref().map(|package| package.version.to_string()).unwrap_or_default(),
            track,
            notes: open,
        };
        let facts = match outcome {
            Outcome::Approved => MailFacts::VersionApproved(review),
            Outcome::Rejected | Outcome::Withdrawn => MailFacts::VersionRejected(review),
        };
        for member in members::list(&mut self.tx, &self.project.publisher).await? {
            if member.role.may(Deed::Submit) {
                let once = format!("{id}:{track}:{round}:{}", member.account);
                mails::tell(&mut self.tx, &member.email, &facts, &once, None, by.now).await?;
            }
        }
        Ok(())
    }
}
