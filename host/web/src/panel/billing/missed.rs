//! The question about months that were missed: more than one of them is charged only after somebody has said so here.
//! They are charged to the default card, like every monthly bill; without one, adding it comes first. With the wrong
//! account nothing is answered (R6).

use annex_billing::{BillingError, Confirmed, MissedMeans, MissedMonths};
use annex_domain::{operator::Actor, permission::Permission};
use axum::{Router, extract::State, routing::post};

use super::{HERE, PageQuery, billing_page};
use crate::{
    error::{PageError, PageResult},
    flash::Flash,
    i18n::Translator,
    panel::{
        addons::{Login, billing_text},
        form::Posted,
        password_again::PasswordAgain,
        pay_with::{ByDefault, CardRow, PayWith},
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
    /// What the form sends back: an answer counts for exactly that.
    pub(in crate::panel) shown: String,
}

impl Question {
    fn of(missed: &MissedMonths, means: &MissedMeans, t: &Translator) -> Self {
        let amounts = missed.amounts.iter().map(|amount| t.money(*amount)).collect();
        Self { months: missed.months, amounts, until: t.date(missed.until), shown: missed.shown(means) }
    }

    /// All of them together.
    pub(super) fn sum(&self) -> String {
        self.amounts.join(" + ")
    }
}

/// What is asked, and with what the months are paid: the card is named to whoever is logged in with the right account.
pub(super) async fn question(
    state: &AppState,
    who: &SignedIn,
    login: &Login,
    missed: Option<&MissedMonths>,
) -> Result<(Option<Question>, PayWith), PageError> {
    let Some(missed) = missed else { return Ok((None, PayWith::Nothing)) };
    let means = state.billing.missed_means(who.desk.id, missed).await?;
    let question = Question::of(missed, &means, &who.t);
    let by_default = |card| PayWith::Default(ByDefault { card, next: HERE.to_owned() });
    let pay = match &means {
        MissedMeans::Credit => PayWith::Credit,
        MissedMeans::Card(card) if login.is_holder() => by_default(Some(CardRow::of(card, &who.t))),
        MissedMeans::NoCard if !login.is_wrong() => by_default(None),
        MissedMeans::Card(_) | MissedMeans::NoCard => PayWith::NoLogin,
    };
    Ok((Some(question), pay))
}

async fn confirm(State(state): State<AppState>, mut who: SignedIn, form: Posted) -> PageResult {
    who.require(Permission::AddonsManage)?;
    let login = Login::of(&state.db, &who).await?;
    if login.is_wrong() {
        return Ok(Flash::warning("lifecycle-error-billing-wrong-account").redirect(HERE));
    }
    if let Some(again) = PasswordAgain::check(&state, &mut who, &form).await? {
        let shown = billing_page(&state, &who, &PageQuery::default(), Some(again.clone())).await?;
        return Ok(again.refuse(page(&shown)?));
    }
    let by = Actor::Operator(who.operator.id);
    let confirmed = state.lifecycle.billing().confirm_missed_as_shown(who.desk.id, form.get("shown"), by).await;
    match confirmed {
        Ok(Confirmed::Yes) => Ok(Flash::success("flash-missed-months").redirect(HERE)),
        Ok(Confirmed::NotAsked) => Ok(Flash::warning("flash-missed-months-none").redirect(HERE)),
        Ok(Confirmed::NotAsShown) => Ok(Flash::warning("flash-missed-months-changed").redirect(HERE)),
        Err(BillingError::NoCard) => Ok(Flash::warning("invoice-pay-no-card").redirect(HERE)),
        Err(BillingError::Store(error)) => Err(error.into()),
        Err(error) => Ok(Flash::warning("flash-refused").arg("reason", billing_text(&who.t, &error)).redirect(HERE)),
    }
}
