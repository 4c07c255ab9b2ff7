use std::time::Duration;

use annex_domain::{
    field::{ChoicesError, ValueError},
    permission::Permission,
    tag::TagError,
};
use annex_store::{StoreError, blobs::BlobError};
use secrecy::SecretString;

use crate::password::{self, PasswordError};

/// Why something was not done. Doors turn its class into a status, and its code into words.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There is no such thing in this desk. What belongs to another desk looks the same as what never existed.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Who asks may not.
    #[error("the permission {0} is needed")]
    Forbidden(Permission),
    /// What was sent is wrong; every field that is, in the order of the form.
    #[error("{}", listed(.0))]
    Invalid(Vec<FieldProblem>),
    /// Values of custom fields are wrong: every one that is, by key.
    #[error("{}", said(.0))]
    Values(Vec<ValueProblem>),
    /// A rule of the desk stands against it.
    #[error("{}", .0.detail())]
    Rule(Rule),
    /// Too many passwords, or requests for a link, within a short time: not before this time has passed.
    #[error("too many attempts")]
    TooManyAttempts(Duration),
    /// A password could not be hashed.
    #[error("the password could not be hashed")]
    Hashing,
    /// The scanner of the host found something in a file; what it said, in one line.
    #[error("the scanner of the host refused the file: {0}")]
    Infected(String),
    /// The store for files did not do it.
    #[error("the store for files failed")]
    Blobs(#[from] BlobError),
    /// The store did not do it.
    #[error(transparent)]
    Store(StoreError),
}

/// What kind of refusal it is: one status of HTTP each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// It is not there.
    NotFound,
    /// Not by them.
    Forbidden,
    /// Not with these values.
    Invalid,
    /// Not as things are now.
    Conflict,
    /// Not so much, or not so often.
    TooMuch,
    /// Not now: try again.
    Unavailable,
    /// The host has a defect.
    Failed,
}

annex_domain::words! {
    /// The rules of a desk, by their stable codes.
    pub enum Rule: "rule" {
        /// Rights of which they have not all.
        BeyondYourRights = "beyond-your-rights",
        /// Tokens, add-ons and the host itself cannot do it.
        PersonNeeded = "session-needed",
        /// No such address, another password, or an account that is switched off: which one is not said.
        SignInFailed = "sign-in-failed",
        /// The platform has stopped the desk.
        DeskSuspended = "desk-suspended",
        /// What becomes of money is not known yet.
        DeskBusy = "desk-busy",
        /// What was erased stays so.
        ContactErased = "contact-erased",
        /// A closed ticket takes notes, and replies once it is open again.
        TicketClosed = "ticket-closed",
        /// A ticket in the trash or marked as spam takes nothing.
        TicketPutAway = "ticket-put-away",
        /// A ticket that was merged into another one is only looked at and deleted.
        Merged = "merged",
        /// Somebody must be left who can let the others in.
        LastAdmin = "last-admin",
        /// Nobody locks themselves out.
        OwnAccount = "own-account",
        /// Admin and Agent come with the desk.
        BuiltinRole = "builtin-role",
        /// An operator has the role.
        RoleInUse = "role-in-use",
        /// Somebody else replied after what the writer has seen.
        AnsweredMeanwhile = "answered-meanwhile",
        /// Only what failed, or may not have arrived, is sent again.
        NotFailed = "not-failed",
        /// Only of what may not have arrived somebody can say that it did.
        NotUnclear = "not-unclear",
        /// A mail told a link that was forgotten once it was sent.
        LinkGone = "link-gone",
        /// What an add-on declares, its versions say.
        FieldOfAddon = "field-of-add-on",
        /// A desk has so many fields in use.
        TooManyFields = "too-many-fields",
        /// A form that was sent before.
        DoneBefore = "done-before",
        /// An add-on wrote to one ticket or contact too often.
        TooManyWrites = "too-many-writes",
        /// An add-on made too many files, or too many bytes.
        TooManyNewFiles = "too-many-new-files",
        /// A person has two searches at once.
        TooManySearches = "too-many-searches",
        /// It is stopped after a few seconds.
        SearchTooLong = "search-too-long",
        /// A file has more bytes than any may have.
        AttachmentTooLarge = "attachment-too-large",
        /// A file did not come to its end.
        AttachmentIncomplete = "attachment-incomplete",
        /// The files of the desk take up all that they may.
        NoRoom = "attachments-full",
        /// The scanner of the host did not say whether a file is fine.
        NotScanned = "attachment-not-scanned",
    }

    /// Why a ticket takes up no other one.
    pub enum Unfit: "reason" {
        /// It is the one that is to be merged.
        Itself = "itself",
        /// It is in the trash or marked as spam.
        PutAway = "put-away",
        /// It was merged itself.
        Merged = "merged",
        /// It is closed.
        Closed = "closed",
    }
}

impl Rule {
    /// What kind of refusal it is.
    #[must_use]
    pub fn class(self) -> Class {
        match self {
            Self::BeyondYourRights | Self::PersonNeeded | Self::DeskSuspended => Class::Forbidden,
            Self::SignInFailed | Self::AttachmentTooLarge | Self::AttachmentIncomplete => Class::Invalid,
            Self::TooManyWrites | Self::TooManyNewFiles | Self::TooManySearches => Class::TooMuch,
            Self::SearchTooLong | Self::NotScanned => Class::Unavailable,
            Self::ContactErased
            | Self::TicketClosed
            | Self::TicketPutAway
            | Self::Merged
            | Self::LastAdmin
            | Self::OwnAccount
            | Self::BuiltinRole
            | Self::RoleInUse
            | Self::AnsweredMeanwhile
            | Self::NotFailed
            | Self::NotUnclear
            | Self::LinkGone
            | Self::FieldOfAddon
            | Self::TooManyFields
            | Self::DoneBefore
            | Self::NoRoom
            | Self::DeskBusy => Class::Conflict,
        }
    }

    /// What is wrong, and what to do, in English.
    #[must_use]
    pub fn detail(self) -> &'static str {
        match self {
            Self::BeyondYourRights => "this concerns more permissions than you have",
            Self::PersonNeeded => "only a person can do this: sign in to the panel",
            Self::SignInFailed => "wrong mail address or password",
            Self::DeskSuspended => "this help desk is suspended: ask the operator of the host; nothing in it is lost",
            Self::DeskBusy => "a payment or refund of the desk is under way: try again when it is done",
            Self::ContactErased => "the contact was erased: nothing of it can be changed",
            Self::AnsweredMeanwhile => "somebody else replied meanwhile: look at their message before you send yours",
            Self::TicketClosed => "the ticket is closed: open it again to reply, or write a note",
            Self::TicketPutAway => "the ticket is in the trash or marked as spam: take it out of there first",
            Self::Merged => "the ticket was merged into another one: go on there",
            Self::LastAdmin => {
                "this is the last active operator with the role Admin: give that role to somebody else first"
            }
            Self::OwnAccount => "this is your own account: somebody else has to deactivate it",
            Self::BuiltinRole => "a built-in role cannot be changed or deleted in this way",
            Self::RoleInUse => "the role is in use: take it from its operators first",
            Self::NotFailed => "the message is not one that failed to be sent",
            Self::NotUnclear => "the message is not one of which it is unclear whether it arrived",
            Self::LinkGone => "the link in this mail is forgotten: make a new one",
            Self::FieldOfAddon => "an add-on brought this field: only whether it is required can be changed",
            Self::TooManyFields => "100 fields are in use there: retire one first",
            Self::DoneBefore => "this was sent before, and is done",
            Self::TooManyWrites => "at most 60 writes to one ticket or contact within an hour",
            Self::TooManyNewFiles => "an add-on makes at most 600 files and 1 GiB within an hour",
            Self::TooManySearches => "two of your searches are under way: wait for one of them",
            Self::SearchTooLong => "the search took too long: use more or longer words",
            Self::AttachmentTooLarge => "a file has at most 25 MiB",
            Self::AttachmentIncomplete => "the file did not come to its end: send it again",
            Self::NoRoom => {
                "the attachments of this help desk take up all their room: ask whoever runs the host for more"
            }
            Self::NotScanned => "the file could not be checked for viruses, and was not taken: try again later",
        }
    }
}

/// A field and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// As the API names it; forms translate it where theirs differs.
    pub field: &'static str,
    /// What is wrong.
    pub wrong: Wrong,
}

/// What can be wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// It is empty.
    Required,
    /// It is longer than so many characters.
    TooLong(usize),
    /// There are more than so many.
    TooMany(usize),
    /// It has control characters.
    Characters,
    /// It is none of the choices, or what it names is not there.
    Unknown,
    /// Something else has it.
    Taken,
    /// It is not from the first to the second.
    OutOfRange(u32, u32),
    /// It is no mail address.
    MailAddress,
    /// It gives a permission that they lack themselves.
    NotYours(Permission),
    /// They cannot be the tags of a ticket.
    Tags(TagError),
    /// It is nobody who works in the desk.
    NoOperator,
    /// It cannot be the password.
    Password(PasswordError),
    /// It is not the current password.
    NotThePassword,
    /// It is no time from 1970 until now.
    NotPast,
    /// It is no key of a field.
    Key,
    /// They cannot be the choices of a field.
    Choices(ChoicesError),
    /// Values of the field are there already.
    HasValues,
    /// No ticket is merged into it.
    Unfit(Unfit),
}

/// The value of a custom field, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueProblem {
    /// As it was sent.
    pub key: String,
    /// What is wrong.
    pub wrong: ValueError,
}

impl ValueProblem {
    /// As the API names the field.
    #[must_use]
    pub fn field(&self) -> String {
        format!("fields.{}", self.key)
    }
}

impl Wrong {
    /// Stable, in kebab case.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::TooLong(_) => "too-long",
            Self::TooMany(_) => "too-many",
            Self::Characters => "characters",
            Self::Unknown | Self::NoOperator => "unknown",
            Self::Taken => "already-exists",
            Self::OutOfRange(..) => "out-of-range",
            Self::MailAddress => "not-an-address",
            Self::NotPast => "not-past",
            Self::NotYours(_) => "not-yours",
            Self::Tags(TagError::TooMany) => "too-many",
            Self::Tags(TagError::TooLong) => "too-long",
            Self::Tags(TagError::Characters) => "characters",
            Self::Key => "key",
            Self::Choices(ChoicesError::Kind) => "choices",
            Self::Choices(ChoicesError::TooMany) => "too-many",
            Self::Choices(ChoicesError::TooLong) => "too-long",
            Self::Choices(ChoicesError::Characters) => "characters",
            Self::Choices(ChoicesError::Twice) => "twice",
            Self::HasValues => "has-values",
            Self::Unfit(unfit) => unfit.as_str(),
            Self::Password(error) => error.code(),
            Self::NotThePassword => "wrong-password",
        }
    }
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Required => f.write_str("is required"),
            Self::TooLong(max) => write!(f, "use at most {max} characters"),
            Self::TooMany(max) => write!(f, "give at most {max}"),
            Self::Characters => f.write_str("remove the control characters"),
            Self::Unknown => f.write_str("is not known in this desk"),
            Self::Taken => f.write_str("is taken already"),
            Self::OutOfRange(from, to) => write!(f, "use {from} to {to}"),
            Self::MailAddress => f.write_str("is no mail address such as ada@example.com"),
            Self::NotYours(permission) => write!(f, "you do not have `{permission}` yourself"),
            Self::Tags(error) => f.write_str(error.problem()),
            Self::NoOperator => f.write_str("no active operator of this desk has that id"),
            Self::Password(error) => write!(f, "{error}"),
            Self::NotThePassword => f.write_str("is not the current password"),
            Self::NotPast => f.write_str("use a time from 1970 until now"),
            Self::Key => f.write_str("use 1 to 40 of a-z, 0-9 and _, a letter first"),
            Self::Choices(error) => f.write_str(match error {
                ChoicesError::Kind => "a choice needs choices, the other kinds have none",
                ChoicesError::TooMany => "give at most 50 choices",
                ChoicesError::TooLong => "use at most 100 characters for each choice",
                ChoicesError::Characters => "remove empty choices and invisible characters",
                ChoicesError::Twice => "name each choice once",
            }),
            Self::HasValues => f.write_str("values are there already: retire the field and make another one"),
            Self::Unfit(unfit) => f.write_str(match unfit {
                Unfit::Itself => "is the ticket itself",
                Unfit::PutAway => "is in the trash or marked as spam",
                Unfit::Merged => "was merged itself: name the ticket that took it up",
                Unfit::Closed => "is closed: open it again first",
            }),
        }
    }
}

impl Wrong {
    /// With the field that has it.
    #[must_use]
    pub fn at(self, field: &'static str) -> FieldProblem {
        FieldProblem { field, wrong: self }
    }
}

fn said(problems: &[ValueProblem]) -> String {
    let each: Vec<String> =
        problems.iter().map(|problem| format!("{}: {}", problem.field(), problem.wrong.problem())).collect();
    each.join("; ")
}

fn listed(problems: &[FieldProblem]) -> String {
    let each: Vec<String> = problems.iter().map(|problem| format!("{}: {}", problem.field, problem.wrong)).collect();
    each.join("; ")
}

impl Refusal {
    /// What kind it is.
    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            Self::NotFound(_) => Class::NotFound,
            Self::Forbidden(_) => Class::Forbidden,
            Self::Invalid(_) | Self::Values(_) => Class::Invalid,
            Self::Rule(rule) => rule.class(),
            Self::TooManyAttempts(_) => Class::TooMuch,
            Self::Hashing | Self::Blobs(_) => Class::Failed,
            Self::Infected(_) => Class::Invalid,
            Self::Store(error) => class_of(error),
        }
    }

    /// Stable word for programs, in kebab case.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not-found",
            Self::Forbidden(_) => "forbidden",
            Self::Invalid(_) | Self::Values(_) => "invalid-request",
            Self::Rule(rule) => rule.as_str(),
            Self::TooManyAttempts(_) => "too-many-attempts",
            Self::Hashing | Self::Blobs(_) => "internal-error",
            Self::Infected(_) => "attachment-infected",
            Self::Store(error) => error.code(),
        }
    }
}

/// What kind of refusal an error of the store is.
pub(crate) fn class_of(error: &StoreError) -> Class {
    match error {
        StoreError::NotFound(_) => Class::NotFound,
        StoreError::Invalid { .. } | StoreError::Unknown(_) | StoreError::Reference => Class::Invalid,
        StoreError::Taken(_)
        | StoreError::Unique { .. }
        | StoreError::Stale(_)
        | StoreError::Lost(_)
        | StoreError::Forbidden(_) => Class::Conflict,
        StoreError::Busy(_) | StoreError::Full(_) | StoreError::Away(_) | StoreError::Interrupted(_) => {
            Class::Unavailable
        }
        StoreError::Url
        | StoreError::Corrupt { .. }
        | StoreError::Database(_)
        | StoreError::Migrate(_)
        | StoreError::Json(_)
        | StoreError::Random(_)
        | StoreError::Vault(_) => Class::Failed,
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(what) => Self::NotFound(what),
            StoreError::Unknown(field) => Wrong::Unknown.at(field).into(),
            other => Self::Store(other),
        }
    }
}

impl From<Rule> for Refusal {
    fn from(rule: Rule) -> Self {
        Self::Rule(rule)
    }
}

impl From<FieldProblem> for Refusal {
    fn from(problem: FieldProblem) -> Self {
        Self::Invalid(vec![problem])
    }
}

/// Says at which field the store found what something else has.
pub(crate) fn taken(field: &'static str) -> impl FnOnce(StoreError) -> Refusal {
    move |error| match error {
        StoreError::Taken(_) => Refusal::from(Wrong::Taken.at(field)),
        other => Refusal::from(other),
    }
}

/// Collects what is wrong with the fields of an input, so that a form comes back with all of it at once.
#[derive(Debug, Default)]
pub struct Fields(Vec<FieldProblem>);

impl Fields {
    /// Notes a problem.
    pub fn add(&mut self, field: &'static str, wrong: Wrong) {
        self.0.push(wrong.at(field));
    }

    /// Takes over what another check found wrong.
    pub(crate) fn all(&mut self, checked: Result<(), Refusal>) -> Result<(), Refusal> {
        match checked {
            Err(Refusal::Invalid(problems)) => self.0.extend(problems),
            other => other?,
        }
        Ok(())
    }

    /// The hash of a password, when nothing is wrong with it; as [`password::hash`].
    ///
    /// # Errors
    /// [`Refusal::Hashing`].
    pub async fn password(
        &mut self,
        field: &'static str,
        password: SecretString,
        about: &[&str],
    ) -> Result<String, Refusal> {
        match password::hash(password, about).await {
            Ok(hash) => return Ok(hash),
            Err(PasswordError::Failed) => return Err(Refusal::Hashing),
            Err(error) => self.add(field, Wrong::Password(error)),
        }
        Ok(String::new())
    }

    /// A text that must be there, of at most `max` characters; without space around it.
    pub fn text<'a>(&mut self, field: &'static str, text: &'a str, max: usize) -> &'a str {
        let text = text.trim();
        if text.is_empty() {
            self.add(field, Wrong::Required);
        }
        self.optional(field, text, max)
    }

    /// A text that may be empty, of at most `max` characters; without space around it.
    pub fn optional<'a>(&mut self, field: &'static str, text: &'a str, max: usize) -> &'a str {
        let text = text.trim();
        if text.chars().count() > max {
            self.add(field, Wrong::TooLong(max));
        } else if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.add(field, Wrong::Characters);
        }
        text
    }

    /// Goes on only when nothing is wrong.
    ///
    /// # Errors
    /// [`Refusal::Invalid`], with all of it.
    pub fn check(self) -> Result<(), Refusal> {
        if self.0.is_empty() { Ok(()) } else { Err(Refusal::Invalid(self.0)) }
    }
}
