//! The settings of an installation: a form made from the manifest's schema. Secrets go in and never come out; an empty
//! secret keeps the stored one.

mod account;
pub(super) mod tab;

use std::collections::BTreeMap;

use annex_domain::{
    configuration::Problem,
    settings::{FieldError, Setting},
};
use annex_lifecycle::{InstallationView, LifecycleError, SettingsError, Tested};
use annex_store::StoreError;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};

use self::tab::{SettingsTab, drawn};
use super::{
    errors::{field_error_text, page_error},
    installation, manage,
};
use crate::{
    error::{PageError, PageResult, chain},
    flash::Flash,
    i18n::Translator,
    panel::form::{
        FormErrors, Posted,
        long::{Long, OfAddon},
    },
    session::SignedIn,
    shell::error_text,
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/my-addons/{id}/settings", post(save))
        .route("/my-addons/{id}/settings/test", post(test))
        .route("/my-addons/{id}/settings/choices", post(find))
        .route("/my-addons/{id}/settings/connect", post(account::connect))
        .route("/my-addons/{id}/settings/disconnect", post(account::disconnect))
        .route("/connections/callback", get(account::come_back))
}

/// What was entered in the fields of the form.
fn entered(view: &InstallationView, form: &Posted) -> BTreeMap<String, String> {
    let fields = view.manifest.fields().into_iter().filter(|setting| form.has(&setting.key));
    fields.map(|setting| (setting.key.clone(), tab::entered(&setting, form))).collect()
}

/// The page again with the choices that fit what was typed for them; nothing is saved.
async fn find(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>, form: Long<OfAddon>) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let tab = drawn(&state, &who, &view, Some(&form)).await?;
    manage::with_settings(&state, &who, &view, tab, StatusCode::OK).await
}

/// **Test connection**: the page again with what came of it, and what was typed; nothing is saved.
async fn test(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>, form: Long<OfAddon>) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let tested = state.lifecycle.test_settings(who.desk.id, view.installation.id, entered(&view, &form)).await;
    let mut tab = drawn(&state, &who, &view, Some(&form)).await?;
    match tested {
        Ok(Tested::Works(said)) => tab.works = Some(said.unwrap_or_else(|| who.t.get("settings-work"))),
        Ok(Tested::Wrong(problems)) => {
            for Problem { setting, text } in problems {
                let known = setting.filter(|key| tab.fields.iter().any(|field| field.key == *key));
                tab.errors.add(known.as_deref().unwrap_or_default(), text);
            }
        }
        Ok(Tested::Unknown(why)) => {
            tab.errors.add("", who.t.msg("settings-not-tested").arg("reason", why).to_string());
        }
        Err(SettingsError::Fields(wrong)) => tab.errors = told(&who, &view, &wrong),
        Err(SettingsError::Lifecycle(error)) => return Err(page_error(error)),
    }
    let status = if tab.works.is_some() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    manage::with_settings(&state, &who, &view, tab, status).await
}

fn told(who: &SignedIn, view: &InstallationView, wrong: &[FieldError]) -> FormErrors {
    let (mut errors, fields) = (FormErrors::default(), view.manifest.fields());
    for error in wrong {
        let setting = fields.iter().find(|setting| setting.key == error.field);
        errors.add(&error.field, wrong_text(&who.t, setting, error));
    }
    errors
}

async fn save(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>, form: Long<OfAddon>) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let (desk, id) = (who.desk.id, view.installation.id);
    let wrong = match state.lifecycle.save_settings(desk, id, entered(&view, &form), who.operator.id).await {
        Ok(saved) => {
            let name = view.name(who.t.code());
            let flash = if !saved.problems.is_empty() {
                Flash::warning("flash-settings-wrong")
            } else if !saved.untried.is_empty() {
                Flash::warning("flash-settings-untried")
            } else {
                Flash::success("flash-settings-saved")
            };
            return Ok(flash.arg("name", name).redirect(&format!("/my-addons/{id}")));
        }
        Err(SettingsError::Lifecycle(LifecycleError::Store(error))) if error.may_pass() => {
            return not_saved(&state, &who, &view, &form, error).await;
        }
        Err(SettingsError::Lifecycle(error)) => return Err(page_error(error)),
        Err(SettingsError::Fields(wrong)) => wrong,
    };
    let tab = SettingsTab { errors: told(&who, &view, &wrong), ..drawn(&state, &who, &view, Some(&form)).await? };
    manage::with_settings(&state, &who, &view, tab, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// What is wrong with a field: in the publisher's words, where they have some for what was entered.
fn wrong_text(t: &Translator, setting: Option<&Setting>, error: &FieldError) -> String {
    match setting.and_then(|setting| setting.pattern_message.as_ref()) {
        Some(message) if error.code == "pattern" => message.get(t.code()).to_owned(),
        _ => field_error_text(t, error),
    }
}

/// Nothing could be saved for now: what was typed stays in the form, but for secrets.
async fn not_saved(
    state: &AppState,
    who: &SignedIn,
    view: &InstallationView,
    form: &Posted,
    error: StoreError,
) -> PageResult {
    let mut tab = drawn(state, who, view, Some(form)).await?;
    let error = PageError::from(error);
    tracing::warn!(error = %chain(&error), "settings were not saved");
    tab.errors.add("", error_text(&who.t, &error.describe()));
    manage::with_settings(state, who, view, tab, StatusCode::SERVICE_UNAVAILABLE).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::english;

    #[test]
    fn a_pattern_that_does_not_match_is_told_in_the_publishers_words() {
        let made = |more: &str| -> Setting {
            let json = format!(r#"{{"key":"key","type":"text","label":"Key","pattern":"[0-9]+"{more}}}"#);
            serde_json::from_str(&json).unwrap()
        };
        let told = |setting: &Setting| wrong_text(&english(), Some(setting), &setting.parse("x").unwrap_err());
        assert!(told(&made("")).contains("[0-9]+"));
        let own = made(r#","pattern_message":{"en":"Digits only.","de":"Nur Ziffern."}"#);
        assert_eq!(own.pattern_message.as_ref().map(|own| own.get("de-AT")), Some("Nur Ziffern."));
        assert_eq!(told(&own), "Digits only.");
        let other = FieldError::new("key", "required", "enter a value");
        assert_eq!(wrong_text(&english(), Some(&own), &other), "enter a value");
    }
}
