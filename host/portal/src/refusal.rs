use annex_desk::{Class, FieldProblem, Wrong};
use annex_domain::publisher::{Deed, StaffPermission};
use annex_store::StoreError;

/// Why something was not done. Doors turn its class into a status, and its code into words.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// As a desk refuses: it is not there, a field is wrong, too many attempts, the store.
    #[error(transparent)]
    Common(#[from] annex_desk::Refusal),
    /// The role of the member does not allow it.
    #[error("your role in this publisher does not allow this ({0})")]
    Role(Deed),
    /// A permission of the platform is needed.
    #[error("the permission {0} of the platform is needed")]
    Staff(StaffPermission),
    /// A rule stands against it.
    #[error("{}", .0.detail())]
    Rule(Rule),
}

annex_domain::words! {
    /// The rules of publishers, by their stable codes.
    pub enum Rule: "rule" {
        /// Somebody must be left who can let the others in.
        LastOwner = "last-owner",
        /// The publisher is suspended.
        Suspended = "publisher-suspended",
        /// A partner document is not accepted in its newest version.
        DocumentsMissing = "documents-missing",
        /// A newer version of the document was published since it was shown.
        DocumentChanged = "document-changed",
        /// The wished name is a publisher's already.
        SlugTaken = "slug-taken",
        /// A publisher that has members is nobody else's.
        HasMembers = "publisher-has-members",
        /// The invitation is for an account that has to sign in first.
        SignInFirst = "sign-in-first",
        /// A key that was removed does not come back.
        RevokedKey = "revoked-key",
        /// The publisher has the key.
        KnownKey = "known-key",
    }
}

impl Rule {
    /// What is wrong, and what to do, in English.
    #[must_use]
    pub fn detail(self) -> &'static str {
        match self {
            Self::LastOwner => "this is the last owner: make somebody else an owner first",
            Self::Suspended => "the publisher is suspended: write to the platform",
            Self::DocumentsMissing => "accept the newest partner documents first",
            Self::DocumentChanged => "a newer version was published meanwhile: read it, and accept that one",
            Self::SlugTaken => "another publisher has this name: choose another one",
            Self::HasMembers => "the publisher has members: they can invite others",
            Self::SignInFirst => "there is an account with this address: sign in with it, then open the link again",
            Self::RevokedKey => "this key was removed: make another one",
            Self::KnownKey => "the publisher has this key already",
        }
    }
}

impl Refusal {
    /// What kind it is.
    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            Self::Common(refusal) => refusal.class(),
            Self::Role(_) | Self::Staff(_) | Self::Rule(Rule::Suspended | Rule::SignInFirst) => Class::Forbidden,
            Self::Rule(_) => Class::Conflict,
        }
    }

    /// Stable word for programs, in kebab case.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Common(refusal) => refusal.code(),
            Self::Role(_) => "not-your-role",
            Self::Staff(_) => "not-staff",
            Self::Rule(rule) => rule.as_str(),
        }
    }

    /// There is no such thing, or it is another publisher's.
    pub(crate) fn not_found(what: &'static str) -> Self {
        Self::Common(annex_desk::Refusal::NotFound(what))
    }

    /// One field is wrong.
    pub(crate) fn field(field: &'static str, wrong: Wrong) -> Self {
        Self::from(wrong.at(field))
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Common(error.into())
    }
}

impl From<FieldProblem> for Refusal {
    fn from(problem: FieldProblem) -> Self {
        Self::Common(problem.into())
    }
}

impl From<Rule> for Refusal {
    fn from(rule: Rule) -> Self {
        Self::Rule(rule)
    }
}
