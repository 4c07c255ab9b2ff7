//! Fields of the portal's forms, as `portal/fields.html` draws them.

use annex_portal::{Refusal, Rule};
use axum::http::StatusCode;

use crate::{error::PageError, i18n::Translator, panel::form::FormErrors, refusal::status};

annex_domain::words! {
    /// What the password is asked for once more, each time: the hint of the field, `portal-hint-password-…`, says why.
    pub(crate) enum Guarded: "what a password guards" {
        /// A key that signs packages comes in.
        KeyEnrolled = "key-enrolled",
        /// A key is taken away.
        KeyRemoved = "key-removed",
        /// A token for programs.
        Token = "token",
        /// A program that asks to be let in.
        Program = "program",
        /// What events are signed with.
        Secrets = "secrets",
        /// Where events go.
        Address = "address",
        /// A client of the developer desk, or its secret.
        Client = "client",
        /// Where payouts go.
        Bank = "bank",
        /// An add-on is offered to another publisher.
        Offer = "offer",
        /// An add-on is taken over.
        TakeOver = "take-over",
        /// An add-on ends.
        End = "end",
    }
}

/// How a field is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    /// One line.
    Line,
    /// One line that is a mail address.
    Mail,
    /// Several lines.
    Area,
    /// A password that exists.
    Password(Guarded),
    /// A password that is chosen.
    NewPassword,
}

impl Entry {
    /// The type of the input.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Mail => "email",
            Self::Password(_) | Self::NewPassword => "password",
            Self::Line | Self::Area => "text",
        }
    }

    /// What browsers may fill in.
    pub(crate) fn autocomplete(self) -> &'static str {
        match self {
            Self::Mail => "email",
            Self::Password(_) => "current-password",
            Self::NewPassword => "new-password",
            Self::Line | Self::Area => "off",
        }
    }
}

/// A field that must be filled in.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    /// In the form; its texts are `portal-field-…` and `portal-hint-…`.
    pub(crate) name: &'static str,
    /// What is entered already.
    pub(crate) value: String,
    /// In characters.
    pub(crate) max: usize,
    /// How it is entered.
    pub(crate) entry: Entry,
}

impl Field {
    /// A field with what is entered already. A password never is.
    pub(crate) fn new(name: &'static str, value: &str, max: usize, entry: Entry) -> Self {
        Self { name, value: value.to_owned(), max, entry }
    }

    /// The password of who is signed in.
    pub(crate) fn password(guarded: Guarded) -> Self {
        Self::new("password", "", 256, Entry::Password(guarded))
    }

    /// True when it has several lines.
    pub(crate) fn is_area(&self) -> bool {
        self.entry == Entry::Area
    }

    /// Its label.
    pub(crate) fn label(&self, t: &Translator) -> String {
        t.get(&format!("portal-field-{}", self.name))
    }

    /// What helps to fill it in.
    pub(crate) fn hint(&self, t: &Translator) -> Option<String> {
        let key = match self.entry {
            Entry::Password(guarded) => format!("portal-hint-password-{guarded}"),
            _ => format!("portal-hint-{}", self.name),
        };
        t.has(&key).then(|| t.get(&key))
    }

    /// The ids of what describes it, with spaces between: its hint, and what is wrong with it.
    pub(crate) fn described(&self, t: &Translator, errors: &FormErrors) -> String {
        let hint = self.hint(t).map(|_| format!("h-{}", self.name));
        let problem = errors.of(self.name).map(|_| format!("e-{}", self.name));
        hint.into_iter().chain(problem).collect::<Vec<_>>().join(" ")
    }
}

/// Takes what stands against a form into it: what is wrong with its fields, and what a rule says, beside the field that the rule is
/// about. Every other refusal goes on as an error page. Answers the status of the page.
pub(crate) fn take(errors: &mut FormErrors, t: &Translator, refusal: Refusal) -> Result<StatusCode, PageError> {
    let (status, text) = (status(refusal.class()), format!("error-code-{}", refusal.code()));
    match refusal {
        Refusal::Common(refusal) => errors.take(t, refusal, &[])?,
        Refusal::Rule(rule) => errors.add(field_of(rule), t.get(&text)),
        Refusal::Review(_) => errors.add("", t.get(&text)),
        other => return Err(other.into()),
    }
    Ok(status)
}

/// The field that a rule is about, as every form has it; empty: none.
const fn field_of(rule: Rule) -> &'static str {
    match rule {
        Rule::ProjectTaken => "project_slug",
        Rule::VersionTaken => "package",
        Rule::BlockerNeeded => "body",
        Rule::RolloutShrinks => "percent",
        _ => "",
    }
}
