//! Admin → Desk and system: the desk's name and language, the host's facts, redirected requests of add-ons, and the
//! sample data, removable in one click.

use annex_domain::{audit::Action, permission::Permission};
use annex_lifecycle::sample;
use annex_store::desks;
use askama::Template;
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use serde_json::json;

use super::form::{FormErrors, Posted};
use crate::{
    error::PageError,
    flash::Flash,
    session::SignedIn,
    shell::{Section, Shell, page, page_with},
    state::AppState,
};

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/admin/system", get(show).post(save)).route("/admin/system/remove-sample", post(remove_sample))
}

#[derive(Template)]
#[template(path = "panel/system.html")]
pub(super) struct SystemPage {
    pub(super) shell: Shell,
    pub(super) errors: FormErrors,
    pub(super) name: String,
    pub(super) locale: String,
    pub(super) languages: Vec<(String, String)>,
    pub(super) version: String,
    pub(super) database: String,
    pub(super) address: String,
    pub(super) overrides: Vec<(String, String)>,
    pub(super) has_sample: bool,
}

async fn show(State(state): State<AppState>, who: SignedIn) -> Result<Response, PageError> {
    who.require(Permission::DeskManage)?;
    let (name, locale) = (who.desk.name.clone(), who.desk.locale.clone());
    page(&system_page(&state, &who, FormErrors::default(), name, locale).await?)
}

async fn save(State(state): State<AppState>, who: SignedIn, form: Posted) -> Result<Response, PageError> {
    who.require(Permission::DeskManage)?;
    let (name, locale) = (form.get("name").to_owned(), form.get("locale").to_owned());
    let mut errors = FormErrors::default();
    errors.check_text(&who.t, "name", &name, 100);
    if !who.languages.has(&locale) {
        errors.add("locale", who.t.get("form-choice"));
    }
    if !errors.is_empty() {
        let refused = system_page(&state, &who, errors, name, locale).await?;
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &refused);
    }
    let mut tx = state.db.begin().await?;
    desks::update(&mut tx, who.desk.id, &name, &locale, &who.desk.time_zone).await?;
    let facts = json!({ "name": name, "locale": locale });
    who.log(&mut tx, Action::DeskUpdate, &format!("desk:{}", who.desk.id), &facts, state.clock.now()).await?;
    tx.commit().await?;
    Ok(Flash::success("system-desk-saved").redirect("/admin/system"))
}

async fn remove_sample(State(state): State<AppState>, who: SignedIn) -> Result<Response, PageError> {
    who.require(Permission::DeskManage)?;
    let mut tx = state.db.begin().await?;
    sample::remove(&mut tx, who.desk.id, state.clock.now()).await?;
    who.log(&mut tx, Action::DeskRemoveSample, &format!("desk:{}", who.desk.id), &json!({}), state.clock.now()).await?;
    tx.commit().await?;
    Ok(Flash::success("system-sample-removed").redirect("/admin/system"))
}

async fn system_page(
    state: &AppState,
    who: &SignedIn,
    errors: FormErrors,
    name: String,
    locale: String,
) -> Result<SystemPage, PageError> {
    let mut conn = state.db.read().await?;
    let config = &state.config;
    Ok(SystemPage {
        shell: who.shell("system-title", Section::System),
        errors,
        name,
        locale,
        languages: who.languages.choices().map(|(code, name)| (code.to_owned(), name.to_owned())).collect(),
        version: config.version.clone(),
        database: config.database.clone(),
        address: config.public_url.to_string(),
        overrides: config.egress_overrides.iter().map(|(host, url)| (host.clone(), url.to_string())).collect(),
        has_sample: sample::exists(&mut conn, who.desk.id).await?,
    })
}
