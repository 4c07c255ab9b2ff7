//! What the settings page asks an add-on: whether the settings work, and what can be chosen.
//!
//! ```
//! use annex_sdk::{configuration::Verdict, prelude::*};
//!
//! fn check() -> Result<Verdict> {
//!     let answer = Request::get("https://crm.example.com/me").bearer("api_key").send()?;
//!     Ok(match answer.status() {
//!         200 => Verdict::works_as("Acme Ltd"),
//!         401 => Verdict::wrong("api_key", "Acme CRM does not know this key."),
//!         status => return Err(http::Error::Status(status).into()),
//!     })
//! }
//! # use annex_sdk::testing::{Canned, Host};
//! # let _host = Host::new().secret("api_key").answer("GET", "https://crm.example.com/me", Canned::text(200, ""));
//! # assert_eq!(check(), Ok(Verdict::Works(Some("Acme Ltd".into()))));
//! ```

pub use crate::bindings::shared::exports::annex::addon::configuration::{Choice, Problem, Verdict};

impl Verdict {
    /// The settings work.
    #[must_use]
    pub fn works() -> Self {
        Self::Works(None)
    }

    /// They work, in the words of the service, such as the name of the account.
    #[must_use]
    pub fn works_as(text: impl Into<String>) -> Self {
        Self::Works(Some(text.into()))
    }

    /// They do not: what is to be put right in the setting with that key.
    #[must_use]
    pub fn wrong(setting: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Wrong(vec![Problem { setting: Some(setting.into()), text: text.into() }])
    }

    /// They do not, and no setting alone is wrong.
    #[must_use]
    pub fn wrong_altogether(text: impl Into<String>) -> Self {
        Self::Wrong(vec![Problem { setting: None, text: text.into() }])
    }
}

impl Choice {
    /// `value`: what is kept; `label`: what is read.
    #[must_use]
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: None }
    }

    /// More about it.
    #[must_use]
    pub fn with_hint(mut self, text: impl Into<String>) -> Self {
        self.hint = Some(text.into());
        self
    }
}
