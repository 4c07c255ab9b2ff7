//! The settings of an installation: a form made from the manifest's schema. Secrets go in and never come out; an empty
//! secret keeps the stored one.

pub(super) mod tab;

use std::collections::BTreeMap;

use annex_lifecycle::{InstallationView, LifecycleError, SettingsError};
use annex_store::StoreError;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::post,
};

use self::tab::{SettingsTab, field};
use super::{
    errors::{field_error_text, page_error},
    installation, manage,
};
use crate::{
    error::{PageError, PageResult, chain},
    flash::Flash,
    panel::form::{
        FormErrors, Posted,
        long::{Long, OfAddon},
    },
    session::SignedIn,
    shell::error_text,
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/my-addons/{id}/settings", post(save))
}

async fn save(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>, form: Long<OfAddon>) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let (desk, id) = (who.desk.id, view.installation.id);
    let entered: BTreeMap<String, String> = view
        .manifest
        .settings
        .iter()
        .filter(|setting| form.has(&setting.key))
        .map(|setting| (setting.key.clone(), form.get(&setting.key).to_owned()))
        .collect();
    let wrong = match state.lifecycle.save_settings(desk, id, entered, who.operator.id).await {
        Ok(untried) => {
            let name = view.manifest.listing.name.get(who.t.code());
            let flash = match untried.is_empty() {
                true => Flash::success("flash-settings-saved"),
                false => Flash::warning("flash-settings-untried"),
            };
            return Ok(flash.arg("name", name).redirect(&format!("/my-addons/{id}")));
        }
        Err(SettingsError::Lifecycle(LifecycleError::Store(error))) if error.may_pass() => {
            return not_saved(&state, &who, &view, &form, error).await;
        }
        Err(SettingsError::Lifecycle(error)) => return Err(page_error(error)),
        Err(SettingsError::Fields(wrong)) => wrong,
    };
    let mut errors = FormErrors::default();
    let list = state.lifecycle.settings_view(desk, id).await.map_err(page_error)?;
    for error in &wrong {
        errors.add(&error.field, field_error_text(&who.t, error));
    }
    let fields = list.iter().map(|view| field(view, &who.t, Some(form.get(&view.setting.key)))).collect();
    manage::with_errors(&state, &who, &view, SettingsTab { fields, errors }).await
}

/// Nothing could be saved for now: what was typed stays in the form, but for secrets.
async fn not_saved(
    state: &AppState,
    who: &SignedIn,
    view: &InstallationView,
    form: &Posted,
    error: StoreError,
) -> PageResult {
    let list = state.lifecycle.settings_view(who.desk.id, view.installation.id).await.map_err(page_error)?;
    let fields = list.iter().map(|view| field(view, &who.t, Some(form.get(&view.setting.key)))).collect();
    let mut errors = FormErrors::default();
    let error = PageError::from(error);
    tracing::warn!(error = %chain(&error), "settings were not saved");
    errors.add("", error_text(&who.t, &error.describe()));
    let mut response = manage::with_errors(state, who, view, SettingsTab { fields, errors }).await?;
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    Ok(response)
}
