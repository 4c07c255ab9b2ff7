use annex_desk::{Class, FieldProblem, Wrong};
use annex_domain::{
    publisher::{Deed, StaffPermission},
    review::NotAllowed,
    settings::FieldError,
};
use annex_lifecycle::IntakeError;
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
    /// The state machine of reviews does not have it.
    #[error(transparent)]
    Review(#[from] NotAllowed),
    /// A version is not ready to be handed in; every field that stands against it.
    #[error("{} fields stand against submitting this", .0.len())]
    Incomplete(Vec<FieldError>),
    /// The package was not taken in.
    #[error(transparent)]
    Package(#[from] IntakeError),
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
        /// The id of the project is another one's.
        ProjectTaken = "project-taken",
        /// What was uploaded is in the catalog.
        HasPackages = "has-packages",
        /// A version is worked on already.
        DraftOpen = "draft-open",
        /// Another version of the project has the number of the package.
        VersionTaken = "version-taken",
        /// The automatic report on the package is not there yet.
        NotChecked = "not-checked",
        /// The automatic report has blockers.
        ReportBlockers = "report-blockers",
        /// Nobody reviews what is their own publisher's, or was when it was handed in.
        OwnPublisher = "own-publisher",
        /// Only what was handed in is reviewed.
        NotInReview = "not-in-review",
        /// A rejection says why.
        BlockerNeeded = "blocker-needed",
        /// Nothing is approved that a blocker stands against.
        BlockersOpen = "blockers-open",
        /// The second approval is somebody else's.
        SecondReviewer = "second-reviewer",
        /// The add-on is to end: nothing new is begun with it.
        AddonEnds = "addon-ends",
        /// A version that was offered to some is not offered to fewer.
        RolloutShrinks = "rollout-shrinks",
        /// The platform has blocked the version.
        VersionBlocked = "version-blocked",
        /// The platform has withdrawn the version, and offers it again itself.
        WithdrawnByPlatform = "withdrawn-by-platform",
        /// Nothing is posted before it is said where.
        NoAddress = "no-address",
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
            Self::ProjectTaken => "there is a project with this id: choose another one",
            Self::HasPackages => "the project has packages: end the add-on instead",
            Self::DraftOpen => "a version is worked on already: go on with that one",
            Self::VersionTaken => "another version of the project has this number: raise it and sign again",
            Self::NotChecked => "the package was not checked yet: try again once the report is there",
            Self::ReportBlockers => "the report on the package has blockers: upload a package without them",
            Self::OwnPublisher => {
                "you belong to this publisher, or did when this was handed in: somebody else has to review it"
            }
            Self::NotInReview => "the version is not in review",
            Self::BlockerNeeded => "a rejection needs an open blocker: write down what has to change",
            Self::BlockersOpen => "blockers are open: settle them first, or reject the version",
            Self::SecondReviewer => {
                "you approved this already: it asks for more than before, and needs somebody else's approval too"
            }
            Self::AddonEnds => "the end of this add-on is announced: take that back first",
            Self::RolloutShrinks => "a roll-out only grows: pause it, or withdraw the version",
            Self::VersionBlocked => "the platform has blocked this version: publish another one",
            Self::WithdrawnByPlatform => {
                "the platform withdrew this version: publish another one, or write to the platform"
            }
            Self::NoAddress => "the versions name the former publisher's service: set the address of yours first",
        }
    }
}

impl Refusal {
    /// What kind it is.
    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            Self::Common(refusal) => refusal.class(),
            Self::Role(_)
            | Self::Staff(_)
            | Self::Rule(Rule::Suspended | Rule::SignInFirst | Rule::OwnPublisher | Rule::SecondReviewer) => {
                Class::Forbidden
            }
            Self::Rule(_) | Self::Review(_) => Class::Conflict,
            Self::Incomplete(_) => Class::Invalid,
            Self::Package(IntakeError::NotFound(_)) => Class::NotFound,
            Self::Package(error) if error.is_refusal() => Class::Invalid,
            Self::Package(_) => Class::Unavailable,
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
            Self::Review(_) => "review-not-allowed",
            Self::Incomplete(_) => "incomplete",
            Self::Package(error) => error.code(),
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
