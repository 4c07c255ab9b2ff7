//! What a form says of its draft.

use annex_domain::clock::Timestamp;
use annex_store::drafts;

use crate::panel::form::Posted;

/// See the module.
#[derive(Debug, Clone)]
pub(in crate::panel) struct DraftState {
    /// The address of the page with the form.
    pub(in crate::panel) at: String,
    /// The version that the next one follows.
    pub(in crate::panel) rev: i64,
    pub(in crate::panel) standing: Standing,
}

/// How what stands in a form is to what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::panel) enum Standing {
    /// Nothing is.
    Blank,
    /// It is the same, since then.
    Saved(Timestamp),
    /// It was sent, and is not kept as it is here.
    Unsaved,
    /// It was sent, and another text is kept.
    Differs,
    /// It is for another requester than what is kept.
    Other,
}

impl DraftState {
    /// Of a form with what is kept.
    pub(super) fn stored(at: String, draft: Option<&drafts::Draft>) -> Self {
        let standing = draft.map_or(Standing::Blank, |draft| Standing::Saved(draft.updated_at));
        Self { at, rev: rev_of(draft), standing }
    }

    /// Of a form that comes back as it was sent.
    pub(super) fn posted(at: String, form: &Posted) -> Self {
        Self { at, rev: rev(form), standing: Standing::Unsaved }
    }

    /// Of a form beside which something else is kept.
    pub(super) fn beside(at: String, draft: Option<&drafts::Draft>, standing: Standing) -> Self {
        Self { at, rev: rev_of(draft), standing }
    }

    /// For the script: how it stands.
    pub(super) fn word(&self) -> &'static str {
        match self.standing {
            Standing::Blank => "blank",
            Standing::Saved(_) => "saved",
            Standing::Unsaved => "unsaved",
            Standing::Differs => "differs",
            Standing::Other => "other",
        }
    }

    /// Something else is kept: one of the two has to be chosen.
    pub(super) fn is_beside(&self) -> bool {
        matches!(self.standing, Standing::Differs | Standing::Other)
    }

    pub(super) fn saved_at(&self) -> Option<Timestamp> {
        if let Standing::Saved(at) = self.standing { Some(at) } else { None }
    }
}

pub(super) fn rev(form: &Posted) -> i64 {
    form.get("rev").parse().unwrap_or(0)
}

pub(super) fn rev_of(draft: Option<&drafts::Draft>) -> i64 {
    draft.map_or(0, |draft| draft.rev)
}
