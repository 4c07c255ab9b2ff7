//! The password once more. Whoever finds an unlocked screen must not be able to spend the desk's money: a click that costs
//! something, now or every month, asks for the password when it was last given more than 15 minutes ago. A right one
//! counts from then on for every page; wrong ones are limited as attempts to sign in are.

use std::time::Duration;

use annex_store::{
    logins::{self, Trying},
    operators, sessions,
};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};

use super::form::Posted;
use crate::{
    error::PageError,
    password,
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
        Ok(match check_password(state, who, given).await? {
            Checked::Right => {
                let (now, session) = (state.clock.now(), who.session.to_string());
                let mut tx = state.db.begin().await?;
                sessions::confirm(&mut tx, who.desk.id, who.session, now).await?;
                logins::succeeded(&mut tx, trying(who, &session)).await?;
                tx.commit().await?;
                who.confirmed_at = now;
                None
            }
            Checked::Wrong => Some(Self { error: Some(who.t.get("profile-password-wrong")), ..field }),
            Checked::TooMany(wait) => {
                let minutes = wait.as_secs().div_ceil(60).max(1);
                let error = Some(who.t.with("sign-in-too-many", &[("minutes", &minutes)]));
                Some(Self { error, wait: Some(wait), ..field })
            }
        })
    }

    /// The page that was drawn again with this, as an answer.
    pub(in crate::panel) fn refuse(&self, mut page: Response) -> Response {
        *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        if let Some(wait) = self.wait {
            *page.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
        }
        page
    }
}

/// What a password turned out to be.
pub(in crate::panel) enum Checked {
    Right,
    Wrong,
    /// Too many were wrong: it was not looked at.
    TooMany(Duration),
}

/// As whom attempts in a session count: apart, so that others who fail to sign in do not keep its operator from paying, and
/// somebody at an unlocked screen cannot guess on without limit.
pub(in crate::panel) fn trying<'a>(who: &'a SignedIn, session: &'a str) -> Trying<'a> {
    Trying { account: &who.operator.email, address: &who.address, device: Some(session) }
}

/// Whether this is the operator's password. It counts as an attempt.
pub(in crate::panel) async fn check_password(
    state: &AppState,
    who: &SignedIn,
    given: &str,
) -> Result<Checked, PageError> {
    let session = who.session.to_string();
    let mut tx = state.db.begin().await?;
    let attempt = logins::attempt(&mut tx, trying(who, &session), state.clock.now()).await?;
    tx.commit().await?;
    if let logins::Attempt::Wait(wait) = attempt {
        return Ok(Checked::TooMany(wait));
    }
    let mut conn = state.db.read().await?;
    let hash = operators::credentials(&mut conn, who.desk.id, who.operator.id).await?.password_hash;
    drop(conn);
    let right = password::verify(given.to_owned().into(), hash).await;
    Ok(if right { Checked::Right } else { Checked::Wrong })
}
