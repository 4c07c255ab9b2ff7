//! One's own page: name, language, colours, shortcuts, password, mails, and the browsers one is signed in with.

mod notices;

use annex_desk::profile::{ChangePassword, change_password};
use annex_domain::{ids::SessionId, zone};
use annex_store::{
    notices::{self as stored_notices, Notices},
    operators::Profile,
    sessions, tokens,
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};

use super::{
    form::{FormErrors, Posted},
    password_again::given_in,
};
use crate::{
    error::{PageError, PageResult},
    flash::Flash,
    password,
    session::SignedIn,
    shell::{Section, Shell, page, page_with},
    state::AppState,
};

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/profile", get(show).post(save))
        .route("/profile/password", post(save_password))
        .route("/profile/notices", post(notices::save))
        .route("/profile/sessions/revoke-others", post(revoke_others))
        .route("/profile/sessions/{id}/revoke", post(revoke))
}

pub(super) struct SessionRow {
    pub(super) session: sessions::Session,
    /// What the browser calls itself, in short.
    pub(super) browser: Option<String>,
    pub(super) this: bool,
}

#[derive(Template)]
#[template(path = "panel/profile.html")]
pub(super) struct ProfilePage {
    pub(super) shell: Shell,
    pub(super) errors: FormErrors,
    pub(super) name: String,
    pub(super) email: String,
    /// Empty: as the desk.
    pub(super) locale: String,
    pub(super) desk_language: String,
    pub(super) languages: Vec<(String, String)>,
    /// Empty: as the desk.
    pub(super) time_zone: String,
    pub(super) desk_zone: String,
    pub(super) zones: &'static [String],
    pub(super) theme: &'static str,
    pub(super) shortcuts: bool,
    /// The mails about tickets that they want.
    pub(super) notices: Notices,
    pub(super) sessions: Vec<SessionRow>,
    /// How many tokens would work on after a change of the password.
    pub(super) tokens: usize,
    pub(super) min_password: usize,
}

async fn show(State(state): State<AppState>, who: SignedIn) -> PageResult {
    page(&profile_page(&state, &who, FormErrors::default(), None).await?)
}

async fn save(State(state): State<AppState>, who: SignedIn, form: Posted) -> PageResult {
    let chosen = |field| Some(form.get(field)).filter(|value| !value.is_empty()).map(ToOwned::to_owned);
    let profile = Profile {
        name: form.get("name").to_owned(),
        locale: chosen("locale"),
        time_zone: chosen("time_zone"),
        theme: form.get("theme").parse().unwrap_or_default(),
        shortcuts: form.has("shortcuts"),
    };
    if let Err(refusal) = annex_desk::profile::save(&state.desk(), &who.ctx(), profile.clone()).await {
        let mut errors = FormErrors::default();
        errors.take(&who.t, refusal, &[])?;
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &profile_page(&state, &who, errors, Some(profile)).await?);
    }
    Ok(Flash::success("profile-saved").redirect("/profile"))
}

async fn save_password(State(state): State<AppState>, who: SignedIn, form: Posted) -> PageResult {
    let mut errors = FormErrors::default();
    if form.raw("new") == form.raw("repeat") {
        let input = ChangePassword {
            current: given_in(&who, form.raw("current")),
            new: form.raw("new").to_owned().into(),
            end_tokens: form.has("end-tokens"),
        };
        match change_password(&state.desk(), &who.ctx(), input).await {
            Ok(()) => return Ok(Flash::success("profile-password-changed").redirect("/profile")),
            Err(refusal) => errors.take(&who.t, refusal, &[("password", "current")])?,
        }
    } else {
        errors.add("repeat", who.t.get("form-password-repeat"));
    }
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &profile_page(&state, &who, errors, None).await?)
}

async fn revoke(State(state): State<AppState>, who: SignedIn, Path(id): Path<SessionId>) -> PageResult {
    annex_desk::sessions::end(&state.desk(), &who.ctx(), id).await?;
    Ok(Flash::success("profile-session-revoked").redirect("/profile"))
}

async fn revoke_others(State(state): State<AppState>, who: SignedIn) -> PageResult {
    annex_desk::sessions::end_others(&state.desk(), &who.ctx(), who.session).await?;
    Ok(Flash::success("profile-sessions-revoked").redirect("/profile"))
}

async fn profile_page(
    state: &AppState,
    who: &SignedIn,
    errors: FormErrors,
    entered: Option<Profile>,
) -> Result<ProfilePage, PageError> {
    let mut conn = state.db.read().await?;
    let list = sessions::list(&mut conn, who.desk.id, who.operator.id, state.clock.now()).await?;
    let tokens = tokens::list(&mut conn, who.desk.id, Some(who.operator.id)).await?;
    let sessions = list.into_iter().map(|session| SessionRow {
        browser: browser(&session.user_agent),
        this: session.id == who.session,
        session,
    });
    let profile = entered.unwrap_or_else(|| (&who.operator).into());
    let languages: Vec<(String, String)> =
        who.languages.choices().map(|(code, name)| (code.to_owned(), name.to_owned())).collect();
    let desk_language = languages.iter().find(|(code, _)| *code == who.desk.locale);
    Ok(ProfilePage {
        shell: who.shell("profile-title", Section::Profile),
        errors,
        email: who.operator.email.clone(),
        name: profile.name,
        locale: profile.locale.unwrap_or_default(),
        desk_language: desk_language.map_or_else(|| "English".to_owned(), |(_, name)| name.clone()),
        theme: profile.theme.as_str(),
        shortcuts: profile.shortcuts,
        notices: stored_notices::of(&mut conn, who.desk.id, who.operator.id).await?,
        sessions: sessions.collect(),
        tokens: tokens.into_iter().filter(|token| token.expires_at > who.now).count(),
        min_password: password::MIN_LENGTH,
        languages,
        time_zone: profile.time_zone.unwrap_or_default(),
        desk_zone: who.desk.time_zone.clone(),
        zones: zone::names(),
    })
}

/// `Firefox · Linux` for the usual browsers; the start of what it says of itself for others.
fn browser(user_agent: &str) -> Option<String> {
    let find = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    // In this order: Edge and Opera also say Chrome, and Chrome also says Safari.
    let program = find(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = find(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (program, system) {
        (Some(program), Some(system)) => Some(format!("{program} · {system}")),
        (Some(one), None) | (None, Some(one)) => Some(one.to_owned()),
        (None, None) if user_agent.is_empty() => None,
        (None, None) => Some(user_agent.chars().take(40).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_by_their_usual_names() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Edg/120.0";
        assert_eq!(browser(edge).as_deref(), Some("Edge · Windows"));
        assert_eq!(browser("curl/8.5").as_deref(), Some("curl/8.5"));
        assert_eq!(browser(""), None);
    }
}
