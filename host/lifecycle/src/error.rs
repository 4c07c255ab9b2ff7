//! What can go wrong, in four places: the catalog's intake, operations on installations, settings, and use.

use annex_billing::{BillingError, LoginError, OrderError};
use annex_domain::{
    addon::{AddonId, Seq, Version},
    capability::Asks,
    fluent::TextError,
    ids::{CallId, InstallationId},
    installation::{NotAllowed, Status},
    permission::Permission,
    reach::LinkTrouble,
    settings::FieldError,
    ui::Fault,
};
use annex_package::Refusal;
use annex_sandbox::CompileError;
use annex_store::{StoreError, blobs::BlobError};

/// A package or key was not taken in. Nothing is left behind but an audit row.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The package itself is wrong.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The component cannot be compiled or does not fit its world.
    #[error(transparent)]
    Component(#[from] CompileError),
    /// Nobody has told this host to trust that publisher.
    #[error("the publisher {0} is not trusted here: add its public key first")]
    UnknownPublisher(String),
    /// A package with this number or a higher one was accepted before.
    #[error("seq {found} is not higher than {highest}, the highest ever accepted of {addon}: raise it and sign again")]
    OlderSeq {
        /// Of which add-on.
        addon: AddonId,
        /// The package's.
        found: u32,
        /// The catalog's.
        highest: u32,
    },
    /// The version exists with other bytes.
    #[error("{addon} {version} exists already with other bytes: a published version never changes, raise the version")]
    VersionExists {
        /// Of which add-on.
        addon: AddonId,
        /// Which.
        version: Version,
    },
    /// The package is of another add-on than the one that it was uploaded for.
    #[error("the package is of {found}, not of {expected}")]
    OtherAddon {
        /// The project's.
        expected: AddonId,
        /// The package's.
        found: AddonId,
    },
    /// The add-on was published as another kind.
    #[error("{0} exists as another kind of add-on: use another id")]
    KindChanged(AddonId),
    /// A Fluent text breaks a rule: of the package's own files, or of the language.
    #[error("a text cannot be taken: {0}")]
    Texts(TextError),
    /// A language that does not hand its texts over.
    #[error("the language does not hand its texts over: {0}")]
    Language(String),
    /// A key that was revoked does not come back.
    #[error("this key was revoked: use another one")]
    RevokedKey,
    /// The name of a publisher is shown to people.
    #[error("write 1 to 60 characters on one line, none of them hidden")]
    PublisherName,
    /// No such publisher, key or version.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// The store of packages failed.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl IntakeError {
    pub(crate) fn older_seq(addon: &AddonId, found: Seq, highest: Seq) -> Self {
        Self::OlderSeq { addon: addon.clone(), found: found.0, highest: highest.0 }
    }

    /// Stable word for programs; those of [`Refusal`] and [`CompileError`] pass through.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Component(error) => error.code(),
            Self::UnknownPublisher(_) => "unknown-publisher",
            Self::OlderSeq { .. } => "older-seq",
            Self::VersionExists { .. } => "version-exists",
            Self::OtherAddon { .. } => "other-addon",
            Self::KindChanged(_) => "kind-changed",
            Self::Texts(error) => error.code,
            Self::Language(_) => "language-failed",
            Self::RevokedKey => "revoked-key",
            Self::PublisherName => "publisher-name",
            Self::NotFound(_) => "not-found",
            Self::Blob(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    /// True when the package or key is at fault; false when the host failed and the same may work later.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Blob(_) | Self::Store(_) | Self::Component(CompileError::Unavailable(_)) => false,
            Self::Refused(_)
            | Self::Component(_)
            | Self::UnknownPublisher(_)
            | Self::OlderSeq { .. }
            | Self::VersionExists { .. }
            | Self::OtherAddon { .. }
            | Self::KindChanged(_)
            | Self::Texts(_)
            | Self::Language(_)
            | Self::RevokedKey
            | Self::PublisherName
            | Self::NotFound(_) => true,
        }
    }
}

/// An operation on an installation was not started.
#[derive(Debug, thiserror::Error)]
pub enum LifecycleError {
    /// No such thing in this desk.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// The desk has this add-on.
    #[error("the add-on is installed already")]
    AlreadyInstalled(InstallationId),
    /// Something was not consented to: only that is listed.
    #[error("the add-on asks for something that was not consented to")]
    ConsentNeeded(Asks),
    /// The state machine does not have it.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// Somebody else was faster.
    #[error("the add-on was changed by somebody else: load the page again")]
    Conflict,
    /// No new installs of this version.
    #[error("this version was withdrawn by its publisher: choose another one")]
    Yanked,
    /// The link lets no desk in.
    #[error("the link does not let a help desk in ({0})")]
    Link(LinkTrouble),
    /// The texts of a language break a rule that did not exist when it was installed.
    #[error("the texts of this language are not taken: {0}. Update it, or uninstall it")]
    Texts(TextError),
    /// This version must not run.
    #[error("this version was blocked: it cannot be installed or switched on")]
    Blocked,
    /// Not newer than what runs.
    #[error("this version is not newer than the installed one: use the previous version instead")]
    NotNewer,
    /// Not older than what runs.
    #[error("there is no earlier version to go back to")]
    NoPreviousVersion,
    /// The installation is pinned.
    #[error("the add-on stays on its line of versions: unpin it first")]
    Pinned,
    /// Not for everybody.
    #[error("this version is a pre-release: switch pre-releases on for this add-on first")]
    PreRelease,
    /// The platform has not switched it on for the desk (R37).
    #[error("force uninstall is not switched on for this help desk: ask who runs the platform")]
    ForceDisabled,
    /// The add-on has plans, and none was chosen.
    #[error("the add-on is not free for everyone: choose one of its plans")]
    PlanNeeded,
    /// The installation is on that plan already.
    #[error("the add-on is on this plan already")]
    SamePlan,
    /// The plan has no trial, or the desk has used it up.
    #[error("there is no trial left: choose to pay for the plan")]
    NoTrial,
    /// More users than licences (R25).
    #[error("{users} users need {users} licences, and there are {licences}: buy more, or choose fewer users")]
    TooFewLicences {
        /// What there is, or was asked for.
        licences: u32,
        /// Who would use it.
        users: u32,
    },
    /// Licences are counted on plans per user, while they are paid for.
    #[error("there are no licences to change: the add-on is not on a paid plan per user")]
    NoLicences,
    /// Nothing is billed again and again, so there is nothing to cancel.
    #[error("there is nothing to cancel: the add-on is not billed every month, and not in a trial")]
    NothingToCancel,
    /// No order of a plan or of licences waits for its payment.
    #[error("there is nothing to withdraw: no plan and no licences are ordered and unpaid")]
    NothingToWithdraw,
    /// A cancellation or an uninstall that is set aside: there is no way back from it.
    #[error("an operation of this kind cannot be undone, so it cannot be given up: try it again")]
    CannotGiveUp,
    /// Money is on its way.
    #[error("a payment for this is being made just now: look again in a moment")]
    PaymentUnderWay,
    /// The desk cannot buy or change anything before it is logged in rightly (R5, R6).
    #[error(transparent)]
    Login(LoginError),
    /// Nothing was ordered, and nothing is charged.
    #[error(transparent)]
    Order(OrderError),
    /// The billing system did not do its part.
    #[error(transparent)]
    Billing(BillingError),
    /// The database failed.
    #[error(transparent)]
    Store(StoreError),
}

impl LifecycleError {
    /// Stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not-found",
            Self::AlreadyInstalled(_) => "already-installed",
            Self::ConsentNeeded(_) => "consent-needed",
            Self::NotAllowed(_) => "not-allowed",
            Self::Conflict => "conflict",
            Self::Texts(error) => error.code,
            Self::Link(trouble) => trouble.as_str(),
            Self::Yanked => "version-yanked",
            Self::Blocked => "version-blocked",
            Self::NotNewer => "not-newer",
            Self::NoPreviousVersion => "no-previous-version",
            Self::Pinned => "pinned",
            Self::PreRelease => "pre-release",
            Self::ForceDisabled => "force-disabled",
            Self::PlanNeeded => "plan-needed",
            Self::SamePlan => "same-plan",
            Self::NoTrial => "no-trial",
            Self::TooFewLicences { .. } => "too-few-licences",
            Self::NoLicences => "no-licences",
            Self::NothingToCancel => "nothing-to-cancel",
            Self::NothingToWithdraw => "nothing-to-withdraw",
            Self::CannotGiveUp => "cannot-give-up",
            Self::PaymentUnderWay => "payment-under-way",
            Self::Login(error) => error.code(),
            Self::Order(error) => error.code(),
            Self::Billing(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }
}

impl From<StoreError> for LifecycleError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(what) => Self::NotFound(what),
            // Compare-and-set failed, or another operation of the installation is under way.
            StoreError::Stale(_) | StoreError::Lost(_) | StoreError::Taken(_) => Self::Conflict,
            other => Self::Store(other),
        }
    }
}

impl From<OrderError> for LifecycleError {
    fn from(error: OrderError) -> Self {
        match error {
            OrderError::Login(error) => Self::Login(error),
            OrderError::Store(error) => error.into(),
            other => Self::Order(other),
        }
    }
}

impl From<BillingError> for LifecycleError {
    fn from(error: BillingError) -> Self {
        match error {
            BillingError::Login(error) => Self::Login(error),
            BillingError::Store(error) => error.into(),
            other => Self::Billing(other),
        }
    }
}

/// Settings were not saved; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// One error for each wrong field.
    #[error("some settings are not valid")]
    Fields(Vec<FieldError>),
    /// The installation is not there, or cannot be edited now.
    #[error(transparent)]
    Lifecycle(#[from] LifecycleError),
}

impl SettingsError {
    /// Stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Fields(_) => "invalid-settings",
            Self::Lifecycle(error) => error.code(),
        }
    }
}

impl From<StoreError> for SettingsError {
    fn from(error: StoreError) -> Self {
        Self::Lifecycle(error.into())
    }
}

/// An add-on gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum UseError {
    /// No such installation in this desk, or it cannot do this.
    #[error("add-on not found")]
    NotFound,
    /// Switched off, suspended, not ready.
    #[error("the add-on is {0}")]
    NotRunning(Status),
    /// Its version must not run.
    #[error("this version of the add-on was blocked")]
    Blocked,
    /// The operator is not one of its users (R27).
    #[error("you do not use this add-on: ask somebody who manages add-ons to give it to you")]
    NotAUser,
    /// The add-on tried what the operator may not do themselves.
    #[error("{}", .0.refusal())]
    NotPermitted(Permission),
    /// The add-on says why; each is a screen of the host.
    #[error(transparent)]
    Fault(Fault),
    /// Out of time: may work when tried again.
    #[error("the add-on did not answer in time")]
    Deadline {
        /// To quote to support.
        error_id: String,
        /// Which call.
        call: CallId,
    },
    /// What was entered is wrong; the add-on was not called.
    #[error("some fields are not valid")]
    Invalid(Vec<FieldError>),
    /// The panel that was shown did not offer this; the add-on was not called.
    #[error("the panel does not offer that: {0}")]
    NotOffered(String),
    /// The panel is too old, or from somewhere else: show it again.
    #[error("this panel is out of date: load it again")]
    StaleState,
    /// A request to a channel without the right secret.
    #[error("the request does not carry the channel's secret")]
    Refused,
    /// The add-on failed.
    #[error("the add-on failed ({error_id})")]
    Failed {
        /// To quote to support.
        error_id: String,
        /// Stable word, such as `trap`.
        code: &'static str,
        /// For operators who manage add-ons, and authors.
        detail: String,
        /// Which call.
        call: CallId,
    },
    /// The platform has stopped its desk.
    #[error("this help desk is suspended")]
    DeskSuspended,
    /// Too many of its calls, or of its desk's, wait already; it was not called.
    #[error("the add-on is busy: try again in a moment")]
    Busy,
    /// The host cannot run it now: may work when tried again.
    #[error("the add-on cannot run now: {0}")]
    Unavailable(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl UseError {
    /// Stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::NotRunning(_) => "not-running",
            Self::Blocked => "version-blocked",
            Self::NotAUser => "not-a-user",
            Self::NotPermitted(_) => "not-permitted",
            Self::Fault(Fault::NeedsConfig(_)) => "needs-config",
            Self::Fault(Fault::NeedsAuth(_)) => "needs-auth",
            Self::Fault(Fault::Upstream(_)) => "upstream",
            Self::Fault(Fault::Denied(_)) => "denied",
            Self::Fault(Fault::Internal(_)) => "internal",
            Self::Deadline { .. } => "deadline",
            Self::Invalid(_) => "invalid-fields",
            Self::NotOffered(_) => "not-offered",
            Self::StaleState => "stale-state",
            Self::Refused => "secret-mismatch",
            Self::Failed { code, .. } => code,
            Self::DeskSuspended => "desk-suspended",
            Self::Busy => "busy",
            Self::Unavailable(_) => "unavailable",
            Self::Store(error) => error.code(),
        }
    }
}
