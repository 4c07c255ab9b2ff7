//! Admin → Desk and system: the desk's name, language and time zone, the host's facts, redirected requests of add-ons, and the
//! sample data, removable in one click.

use annex_desk::settings::{self, Settings};
use annex_domain::{permission::Permission, zone};
use annex_lifecycle::sample;
use askama::Template;
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    routing::{get, post},
};

use super::form::{FormErrors, Posted};
use crate::{
    error::{PageError, PageResult},
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
    pub(super) time_zone: String,
    pub(super) zones: &'static [String],
    pub(super) version: String,
    pub(super) database: String,
    pub(super) address: String,
    pub(super) region: String,
    /// By which the desk is asked for.
    pub(super) host_name: Option<String>,
    pub(super) overrides: Vec<(String, String)>,
    pub(super) has_sample: bool,
}

async fn show(State(state): State<AppState>, who: SignedIn) -> PageResult {
    who.require(Permission::DeskManage)?;
    let annex_domain::operator::Desk { name, locale, time_zone, .. } = who.desk.clone();
    page(&system_page(&state, &who, FormErrors::default(), Settings { name, locale, time_zone }).await?)
}

async fn save(State(state): State<AppState>, who: SignedIn, form: Posted) -> PageResult {
    let [name, locale, time_zone] = ["name", "locale", "time_zone"].map(|field| form.get(field).to_owned());
    let entered = Settings { name, locale, time_zone };
    if let Err(refusal) = settings::save(&state.desk(), &who.ctx(), &entered).await {
        let mut errors = FormErrors::default();
        errors.take(&who.t, refusal, &[])?;
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &system_page(&state, &who, errors, entered).await?);
    }
    Ok(Flash::success("system-desk-saved").redirect("/admin/system"))
}

async fn remove_sample(State(state): State<AppState>, who: SignedIn) -> PageResult {
    settings::remove_sample(&state.desk(), &who.ctx()).await?;
    Ok(Flash::success("system-sample-removed").redirect("/admin/system"))
}

async fn system_page(
    state: &AppState,
    who: &SignedIn,
    errors: FormErrors,
    entered: Settings,
) -> Result<SystemPage, PageError> {
    let mut conn = state.db.read().await?;
    let config = &state.config;
    Ok(SystemPage {
        shell: who.shell("system-title", Section::System),
        errors,
        name: entered.name,
        locale: entered.locale,
        time_zone: entered.time_zone,
        zones: zone::names(),
        languages: who.languages.choices().map(|(code, name)| (code.to_owned(), name.to_owned())).collect(),
        version: config.version.clone(),
        database: config.database.clone(),
        address: config.public_url.to_string(),
        region: who.desk.region.clone(),
        host_name: config.host_name_of(&who.desk),
        overrides: config.egress_overrides.iter().map(|(host, url)| (host.clone(), url.to_string())).collect(),
        has_sample: sample::exists(&mut conn, who.desk.id).await?,
    })
}
