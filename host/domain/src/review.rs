//! The review of a version: one state machine for both tracks, and the notes that decisions are made of (R40 to R43). Steps
//! consume the review and can fail; nothing else changes a state. The store saves the result with compare-and-set.
//!
//! ```text
//! Draft -submit-> InReview -approve-> Approved -release-> Available      technical
//!                          -approve-> Advertised                         marketplace: published at once
//!                          -reject--> Rejected -edit-> Draft
//!                          -withdraw-> Draft                             at any time
//! ```

mod note;

pub use self::note::{Severity, Target};

crate::words! {
    /// What is reviewed of a version.
    pub enum Track: "track of reviews" {
        /// Its package: once it is approved, help desks may install it.
        Technical = "technical",
        /// Its listing: once it is approved, it is advertised.
        Marketplace = "marketplace",
    }

    /// Where a review stands.
    pub enum State: "state of a review" {
        /// The publisher works on it.
        Draft = "draft",
        /// It waits for the platform's people.
        InReview = "in-review",
        /// It may be made available, by the publisher.
        Approved = "approved",
        /// The notes say why.
        Rejected = "rejected",
        /// Help desks may install it.
        Available = "available",
        /// It is listed and found.
        Advertised = "advertised",
    }

    /// What leads from one state to another.
    pub enum Step: "step of a review" {
        /// The publisher changes what is reviewed.
        Edit = "edit",
        /// The publisher hands it in.
        Submit = "submit",
        /// The publisher takes it back.
        Withdraw = "withdraw",
        /// The platform says yes.
        Approve = "approve",
        /// The platform says no.
        Reject = "reject",
        /// The publisher makes what was approved available.
        Release = "release",
    }

    /// Both tracks together, as customers see them.
    pub enum Standing: "standing of a version" {
        /// Nothing of it is handed in.
        Draft = "draft",
        /// One of its reviews waits, or is done and leads to nothing yet.
        UnderReview = "under-review",
        /// It may be installed, or is advertised.
        Published = "published",
    }

    /// How a round of a review ended.
    pub enum Outcome: "outcome of a review" {
        /// With yes.
        Approved = "approved",
        /// With no.
        Rejected = "rejected",
        /// The publisher took it back.
        Withdrawn = "withdrawn",
    }
}

/// One track of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Review {
    track: Track,
    state: State,
}

/// A step that the state machine does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the {track} review is {state}: it cannot {step} now")]
pub struct NotAllowed {
    /// Of which track.
    pub track: Track,
    /// Where it stands.
    pub state: State,
    /// What was asked.
    pub step: Step,
}

impl Review {
    /// A new one, a draft.
    #[must_use]
    pub const fn begin(track: Track) -> Self {
        Self { track, state: State::Draft }
    }

    /// As stored. Only the store calls this.
    #[must_use]
    pub const fn from_stored(track: Track, state: State) -> Self {
        Self { track, state }
    }

    /// Which track.
    #[must_use]
    pub const fn track(self) -> Track {
        self.track
    }

    /// Where it stands.
    #[must_use]
    pub const fn state(self) -> State {
        self.state
    }

    /// True when it has this step from here.
    #[must_use]
    pub fn allows(self, step: Step) -> bool {
        self.take(step).is_ok()
    }

    /// Goes a step on.
    ///
    /// # Errors
    /// [`NotAllowed`] from a state that does not have it.
    pub const fn take(self, step: Step) -> Result<Self, NotAllowed> {
        let Self { track, state } = self;
        let state = match (track, state, step) {
            (_, State::Draft | State::Rejected, Step::Edit) | (_, State::InReview, Step::Withdraw) => State::Draft,
            (_, State::Draft, Step::Submit) => State::InReview,
            (Track::Technical, State::InReview, Step::Approve) => State::Approved,
            (Track::Marketplace, State::InReview, Step::Approve) => State::Advertised,
            (_, State::InReview, Step::Reject) => State::Rejected,
            (Track::Technical, State::Approved, Step::Release) => State::Available,
            _ => return Err(NotAllowed { track, state, step }),
        };
        Ok(Self { track, state })
    }
}

impl Standing {
    /// Of both tracks.
    #[must_use]
    pub fn of(technical: State, marketplace: State) -> Self {
        let both = [technical, marketplace];
        if both.iter().any(|state| matches!(state, State::Available | State::Advertised)) {
            Self::Published
        } else if both.iter().any(|state| matches!(state, State::InReview | State::Approved)) {
            Self::UnderReview
        } else {
            Self::Draft
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ended(state: State) -> bool {
        matches!(state, State::Available | State::Advertised)
    }

    proptest! {
        #[test]
        fn whatever_is_asked_a_track_keeps_to_its_states(track in 0..2_usize, steps in prop::collection::vec(0..6_usize, 0..40)) {
            let track = Track::ALL[track];
            let mut review = Review::begin(track);
            let (mut was_submitted, mut was_approved) = (false, false);
            for step in steps.into_iter().map(|at| Step::ALL[at]) {
                let before = review;
                match review.take(step) {
                    Err(refused) => {
                        prop_assert_eq!(refused, NotAllowed { track, state: before.state(), step });
                        prop_assert!(!before.allows(step));
                        continue;
                    }
                    Ok(after) => review = after,
                }
                prop_assert!(before.allows(step) && !ended(before.state()), "what has ended stays");
                was_submitted |= step == Step::Submit;
                was_approved |= step == Step::Approve;
                let foreign = match track {
                    Track::Technical => State::Advertised,
                    Track::Marketplace => State::Available,
                };
                prop_assert_ne!(review.state(), foreign);
                prop_assert!(!matches!(review.state(), State::Rejected | State::Approved) || was_submitted);
                prop_assert!(!ended(review.state()) || was_approved);
            }
        }
    }

    #[test]
    fn each_state_has_its_steps() {
        let steps = |track, state| {
            let review = Review::from_stored(track, state);
            Step::ALL.into_iter().filter(|step| review.allows(*step)).collect::<Vec<_>>()
        };
        for track in Track::ALL {
            assert_eq!(steps(track, State::Draft), [Step::Edit, Step::Submit]);
            assert_eq!(steps(track, State::InReview), [Step::Withdraw, Step::Approve, Step::Reject]);
            assert_eq!(steps(track, State::Rejected), [Step::Edit]);
            assert_eq!(steps(track, State::Available), []);
            assert_eq!(steps(track, State::Advertised), []);
        }
        assert_eq!(steps(Track::Technical, State::Approved), [Step::Release]);
        assert_eq!(steps(Track::Marketplace, State::Approved), []);
    }

    #[test]
    fn customers_see_the_sum() {
        use State::{Advertised, Approved, Available, Draft, InReview, Rejected};
        for (technical, marketplace, sum) in [
            (Draft, Draft, Standing::Draft),
            (Rejected, Draft, Standing::Draft),
            (InReview, Draft, Standing::UnderReview),
            (Approved, Rejected, Standing::UnderReview),
            (Draft, InReview, Standing::UnderReview),
            (Available, InReview, Standing::Published),
            (Approved, Advertised, Standing::Published),
        ] {
            assert_eq!(Standing::of(technical, marketplace), sum, "{technical} {marketplace}");
        }
    }
}
