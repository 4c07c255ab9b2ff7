//! The question about months that were missed: more than one of them is charged only after somebody has said so here. They
//! are charged to the default card, like every monthly bill; without one, adding it comes first.

use annex_billing::MissedMonths;
use annex_domain::{operator::Actor, permission::Permission};
use axum::{Router, extract::State, response::Response, routing::post};

use super::{HERE, Wanted, billing_page};
use crate::{
    error::PageError,
    flash::Flash,
    i18n::Translator,
    panel::{
        addons::{Login, billing_text},
        form::Posted,
        password_again::PasswordAgain,
        pay_with::PayWith,
    },
    session::SignedIn,
    shell::page,
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/billing/missed-months", post(confirm))
}

/// What is asked.
#[derive(Debug)]
pub(in crate::panel) struct Question {
    pub(in crate::panel) months: u32,
    pub(in crate::panel) amounts: Vec<String>,
    pub(in crate::panel) until: String,
}

impl Question {
    pub(super) fn of(missed: &MissedMonths, t: &Translator) -> Self {
        let amounts = missed.amounts.iter().map(|amount| t.money(*amount)).collect();
        Self { months: missed.months, amounts, until: t.date(missed.until) }
    }

    /// All of them together.
    pub(super) fn sum(&self) -> String {
        self.amounts.join(" + ")
    }
}

/// With what they are paid; nothing without a question.
pub(super) async fn pay(
    state: &AppState,
    who: &SignedIn,
    login: &Login,
    missed: Option<&MissedMonths>,
) -> Result<PayWith, PageError> {
    let amounts = missed.map(|missed| missed.amounts.as_slice()).unwrap_or_default();
    PayWith::of_default(state, who, login, amounts, HERE).await
}

async fn confirm(State(state): State<AppState>, mut who: SignedIn, form: Posted) -> Result<Response, PageError> {
    who.require(Permission::AddonsManage)?;
    if let Some(again) = PasswordAgain::check(&state, &mut who, &form).await? {
        let shown = billing_page(&state, &who, &Wanted::default(), Some(again.clone())).await?;
        return Ok(again.refuse(page(&shown)?));
    }
    let login = Login::of(&mut state.db.read().await?, &who).await?;
    let missed = state.billing.missed_months(who.desk.id).await?;
    if pay(&state, &who, &login, missed.as_ref()).await?.lacks_card() {
        return Ok(Flash::warning("invoice-pay-no-card").redirect(HERE));
    }
    let by = Actor::Operator(who.operator.id);
    let confirmed = state.lifecycle.billing().confirm_missed_months(who.desk.id, by).await;
    match confirmed {
        Ok(true) => Ok(Flash::success("flash-missed-months").redirect(HERE)),
        Ok(false) => Ok(Flash::warning("flash-missed-months-none").redirect(HERE)),
        Err(annex_billing::BillingError::Store(error)) => Err(error.into()),
        Err(error) => Ok(Flash::warning("flash-refused").arg("reason", billing_text(&who.t, &error)).redirect(HERE)),
    }
}
