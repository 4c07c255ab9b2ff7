//! The settings of an installation: a form made from the manifest's schema. Secrets go in and never come out; an empty
//! secret keeps the stored one.

use std::collections::BTreeMap;

use annex_domain::{
    ids::InstallationId,
    settings::{Setting, SettingKind, SettingValue},
};
use annex_lifecycle::{InstallationView, LifecycleError, SettingView, SettingsError};
use annex_store::StoreError;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::post,
};

use super::{
    errors::{field_error_text, page_error},
    installation, manage,
};
use crate::{
    error::{PageError, chain},
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
    Router::new().route("/my-addons/{id}/settings", post(save))
}

/// One field of the form.
#[derive(Debug)]
pub(super) struct FieldView {
    pub(super) key: String,
    pub(super) kind: SettingKind,
    pub(super) label: String,
    pub(super) hint: Option<String>,
    pub(super) required: bool,
    /// Never of a secret.
    pub(super) value: String,
    pub(super) is_set: bool,
    pub(super) max_length: u32,
    /// Value and label.
    pub(super) choices: Vec<(String, String)>,
    /// What follows a subdomain, such as `.example.com`.
    pub(super) suffix: Option<String>,
}

impl FieldView {
    pub(super) fn is_on(&self) -> bool {
        matches!(self.value.as_str(), "true" | "on")
    }

    /// The ids of what describes the field.
    pub(super) fn described(&self, wrong: &Option<&str>) -> Option<String> {
        let hint = self.hint.is_some().then(|| format!("h-{}", self.key));
        let error = wrong.map(|_| format!("e-{}", self.key));
        let ids: Vec<_> = [hint, error].into_iter().flatten().collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    pub(super) fn input_type(&self) -> &'static str {
        match self.kind {
            SettingKind::Secret => "password",
            SettingKind::Email => "email",
            SettingKind::Url => "url",
            _ => "text",
        }
    }
}

/// The tab.
#[derive(Debug)]
pub(super) struct SettingsTab {
    pub(super) fields: Vec<FieldView>,
    pub(super) errors: FormErrors,
}

pub(super) async fn tab(state: &AppState, who: &SignedIn, id: InstallationId) -> Result<SettingsTab, PageError> {
    let list = state.lifecycle.settings_view(who.desk.id, id).await.map_err(page_error)?;
    let fields = list.iter().map(|view| field(view, &who.t, None)).collect();
    Ok(SettingsTab { fields, errors: FormErrors::default() })
}

fn field(view: &SettingView, t: &Translator, typed: Option<&str>) -> FieldView {
    let setting = &view.setting;
    let stored = || match &view.value {
        Some(SettingValue::Flag(on)) => on.to_string(),
        Some(SettingValue::Number(number)) => number.to_string(),
        Some(SettingValue::Text(text)) => text.clone(),
        None => setting.default.clone().unwrap_or_default(),
    };
    let is_secret = setting.kind == SettingKind::Secret;
    FieldView {
        key: setting.key.clone(),
        kind: setting.kind,
        label: setting.label.get(t.code()).to_owned(),
        hint: setting.hint.as_ref().map(|hint| hint.get(t.code()).to_owned()),
        required: setting.required,
        value: if is_secret { String::new() } else { typed.map_or_else(stored, str::to_owned) },
        is_set: view.is_set,
        max_length: setting.max_length.unwrap_or(4096).min(4096),
        choices: setting.choices.iter().map(|one| (one.value.clone(), one.label.get(t.code()).to_owned())).collect(),
        suffix: suffix(setting),
    }
}

/// `https://{subdomain}.example.com/…` shows `.example.com` behind the field.
fn suffix(setting: &Setting) -> Option<String> {
    let rest = setting.verify.as_deref()?.split_once('}')?.1;
    rest.split('/').next().filter(|host| host.starts_with('.')).map(str::to_owned)
}

async fn save(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<String>,
    form: Long<OfAddon>,
) -> Result<Response, PageError> {
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
) -> Result<Response, PageError> {
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

#[cfg(test)]
mod tests {
    use annex_domain::localized::Localized;

    use super::*;
    use crate::i18n::english;

    fn view(kind: SettingKind, value: Option<&str>) -> SettingView {
        let setting = Setting {
            key: "key".into(),
            kind,
            label: Localized::en("Key"),
            hint: None,
            required: true,
            default: None,
            max_length: None,
            pattern: None,
            choices: vec![],
            verify: Some("https://{key}.example.com/api".into()),
            check: None,
        };
        SettingView { setting, value: value.map(|text| SettingValue::Text(text.into())), is_set: value.is_some() }
    }

    #[test]
    fn a_secret_never_comes_back() {
        let t = english();
        let secret = view(SettingKind::Secret, Some("s3cret"));
        assert_eq!(field(&secret, &t, None).value, "");
        assert_eq!(field(&secret, &t, Some("typed")).value, "");
        assert!(field(&secret, &t, None).is_set);
    }

    #[test]
    fn typed_values_survive_errors() {
        let text = view(SettingKind::Subdomain, Some("old"));
        assert_eq!(field(&text, &english(), None).value, "old");
        assert_eq!(field(&text, &english(), Some("new")).value, "new");
        assert_eq!(field(&text, &english(), None).suffix.as_deref(), Some(".example.com"));
    }
}
