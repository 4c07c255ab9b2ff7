//! The password once more. Whoever finds an unlocked screen must not be able to spend the desk's money: a click that costs
//! something, now or every month, asks for the password when it was last given more than 15 minutes ago. A right one
//! counts from then on for every page; wrong ones are limited as attempts to sign in are.

use std::time::Duration;

use annex_desk::{
    Refusal,
    sign_in::{GivenPassword, confirm},
};
use axum::{http::StatusCode, response::Response};

use super::{
    form::Posted,
    sign_in::{too_many, wait_for},
};
use crate::{
    error::PageError,
    session::{SignedIn, is_confirmed},
    state::AppState,
};

/// The field "Your password" of a form that costs money, as `shell/password_again.html` draws it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::panel) struct PasswordAgain {
    /// The form has the field.
    pub(in crate::panel) asked: bool,
    /// Whose password it is, for browsers that remember passwords.
    pub(in crate::panel) email: String,
    /// Why the form comes again.
    pub(in crate::panel) error: Option<String>,
    /// How long no password is looked at, after too many wrong ones.
    pub(in crate::panel) wait: Option<Duration>,
}

impl PasswordAgain {
    /// The field of a form that may cost something: the one with which it comes again, if it does.
    pub(in crate::panel) fn of(who: &SignedIn, costs: bool, again: Option<Self>) -> Self {
        let asked = costs && !is_confirmed(who.confirmed_at, who.now);
        again.unwrap_or_else(|| Self { asked, email: who.operator.email.clone(), ..Self::default() })
    }

    /// Checks what was sent with a form that costs something. Some: it has to come again, with this.
    pub(in crate::panel) async fn check(
        state: &AppState,
        who: &mut SignedIn,
        form: &Posted,
    ) -> Result<Option<Self>, PageError> {
        let field = Self::of(who, true, None);
        let given = form.raw("password");
        if !field.asked {
            return Ok(None);
        }
        if given.is_empty() {
            let error = Some(who.t.get("password-again-missing"));
            return Ok(Some(Self { error, ..field }));
        }
        let confirmed = confirm(&state.desk(), &who.ctx(), &given_in(who, given)).await;
        Ok(match confirmed {
            Ok(()) => {
                who.confirmed_at = who.now;
                None
            }
            Err(Refusal::Invalid(_)) => Some(Self { error: Some(who.t.get("profile-password-wrong")), ..field }),
            Err(Refusal::TooManyAttempts(wait)) => {
                Some(Self { error: Some(too_many(&who.t, wait)), wait: Some(wait), ..field })
            }
            Err(refusal) => return Err(refusal.into()),
        })
    }

    /// The page that was drawn again with this, as an answer.
    pub(in crate::panel) fn refuse(&self, mut page: Response) -> Response {
        *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        let Some(wait) = self.wait else { return page };
        *page.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        wait_for(wait, page)
    }
}

/// What was entered as the operator's password.
pub(in crate::panel) fn given_in<'a>(who: &'a SignedIn, password: &str) -> GivenPassword<'a> {
    GivenPassword { session: who.session, address: &who.address, password: password.to_owned().into() }
}
