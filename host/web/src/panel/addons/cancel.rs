//! `/my-addons/{id}/cancel` (R12): cancel, deactivate and uninstall side by side, each saying what happens to money, data
//! and behaviour. Cancel stops billing and the add-on at once; its data stays.

use annex_domain::installation::Status;
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    routing::get,
};

use super::{
    errors::page_error, installation, leaving, login::Login, my_addons::Installed, standing::Money, toggles::not_done,
};
use crate::{
    error::PageResult,
    flash::Flash,
    panel::form::Posted,
    session::SignedIn,
    shell::{Section, Shell, page},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/my-addons/{id}/cancel", get(ask).post(cancel))
}

#[derive(Template)]
#[template(path = "addons/cancel.html")]
pub(super) struct CancelPage {
    pub(super) shell: Shell,
    pub(super) card: Installed,
    pub(super) login: Login,
    /// False while the wrong account, or none where one is needed, is logged in.
    pub(super) allowed: bool,
    /// Where the login leads back to.
    pub(super) next: String,
    pub(super) money: Money,
    pub(super) can_deactivate: bool,
}

impl CancelPage {
    fn cancel_money(&self) -> &'static str {
        if self.money == Money::Trial { "cancel-cancel-money-trial" } else { "cancel-cancel-money" }
    }

    fn deactivate_money(&self) -> &'static str {
        if self.money == Money::Trial { "cancel-deactivate-money-trial" } else { "cancel-deactivate-money" }
    }

    fn again(&self) -> &'static str {
        if self.money == Money::Trial { "cancel-cancel-behaviour-trial" } else { "cancel-cancel-behaviour" }
    }
}

async fn ask(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let id = view.installation.id;
    let billing = state.lifecycle.billing_state(who.desk.id, id).await.map_err(page_error)?;
    if !billing.can_cancel() {
        return Ok(Flash::warning("flash-nothing-to-cancel").redirect(&format!("/my-addons/{id}")));
    }
    let login = Login::of(&state.db, &who).await?;
    let needs_login = billing.cancel_needs_login(state.lifecycle.login_rule());
    let card = Installed::of(&view, &who.t);
    let title = who.t.msg("cancel-title").arg("name", &card.name).to_string();
    page(&CancelPage {
        shell: who.titled(title, Section::MyAddons),
        card,
        allowed: !login.is_wrong() && (!needs_login || login.is_holder()),
        login,
        next: format!("/my-addons/{id}/cancel"),
        money: super::standing::money(&billing),
        can_deactivate: matches!(view.installation.status, Status::Active | Status::Suspended),
    })
}

async fn cancel(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>, form: Posted) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let id = view.installation.id;
    let here = format!("/my-addons/{id}");
    if view.installation.status == Status::Cancelled {
        // Sent twice.
        return Ok(super::see_other(&here));
    }
    let name = view.name(who.t.code());
    if form.has("rev") && form.get("rev").parse() != Ok(view.installation.rev) {
        return Ok(Flash::warning("flash-changed-meanwhile").arg("name", name).redirect(&format!("{here}/cancel")));
    }
    match state.lifecycle.cancel(who.desk.id, id, who.operator.id).await {
        Ok(_) => {
            leaving::note(&state, &view.installation, &form).await;
            Ok(Flash::success("flash-cancelled").arg("name", name).redirect(&here))
        }
        Err(error) => not_done(&who, error, &here),
    }
}
