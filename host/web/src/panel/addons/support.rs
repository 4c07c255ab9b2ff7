//! `/my-addons/{id}/support` (R33): a request to the platform about an update that could not be undone, with the error id and what else
//! support needs to know. Only where the platform has named an address.

use annex_domain::installation::Status;
use annex_lifecycle::InstallationView;
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};

use super::{installation, my_addons::Installed, see_other, toggles::not_done};
use crate::{
    error::PageResult,
    flash::Flash,
    panel::form::{FormErrors, Posted},
    session::SignedIn,
    shell::{Section, Shell, page, page_with},
    state::AppState,
};

/// The longest text, in characters.
const TEXT: usize = 2_000;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/my-addons/{id}/support", get(ask).post(send))
}

#[derive(Template)]
#[template(path = "addons/support.html")]
pub(super) struct SupportPage {
    pub(super) shell: Shell,
    pub(super) card: Installed,
    pub(super) errors: FormErrors,
    pub(super) error_id: String,
    pub(super) text: String,
    /// To the same address, prefilled.
    pub(super) mail: String,
}

impl SupportPage {
    fn of(who: &SignedIn, view: &InstallationView, to: &str, (text, errors): (String, FormErrors)) -> Self {
        let error_id = view.installation.notice.as_ref().map_or("", |notice| notice.error_id.as_str()).to_owned();
        let title = who.t.get("support-title");
        Self {
            shell: who.titled(title, Section::MyAddons),
            card: Installed::of(view, &who.t),
            errors,
            mail: mail(view, to),
            error_id,
            text,
        }
    }
}

/// A mail about the add-on that names the error.
pub(super) fn mail(view: &InstallationView, to: &str) -> String {
    let id = view.installation.notice.as_ref().map_or("", |notice| notice.error_id.as_str());
    let subject = format!("{} {} {id}", view.installation.addon, view.installation.version);
    let query = serde_urlencoded::to_string([("subject", subject)]).unwrap_or_default().replace('+', "%20");
    format!("mailto:{to}?{query}")
}

/// Where the platform helps with an installation: none, where it has no address or nothing is to be helped with.
pub(super) fn address<'s>(state: &'s AppState, view: &InstallationView) -> Option<&'s str> {
    state.config.support_email.as_deref().filter(|_| view.installation.status == Status::FailedUpdate)
}

async fn ask(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    match address(&state, &view) {
        Some(to) => page(&SupportPage::of(&who, &view, to, Default::default())),
        None => Ok(see_other(&format!("/my-addons/{}", view.installation.id))),
    }
}

async fn send(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>, form: Posted) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let (id, here) = (view.installation.id, format!("/my-addons/{}", view.installation.id));
    let Some(to) = address(&state, &view) else { return Ok(see_other(&here)) };
    let text = form.get("text");
    let mut errors = FormErrors::default();
    errors.check_length(&who.t, "text", text, TEXT);
    if !errors.is_empty() {
        let again = SupportPage::of(&who, &view, to, (text.to_owned(), errors));
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &again);
    }
    match state.lifecycle.ask_support(who.desk.id, id, who.operator.id, to, text).await {
        Ok(true) => Ok(Flash::success("flash-support-sent").redirect(&here)),
        Ok(false) => Ok(Flash::warning("flash-support-sent-before").redirect(&here)),
        Err(error) => not_done(&who, error, &here),
    }
}
