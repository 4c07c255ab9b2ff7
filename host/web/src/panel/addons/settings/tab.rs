//! The tab: a field for each setting of the manifest. What is stored of a secret is never among its values.

use annex_domain::{
    addon::Kind,
    manifest::{Manifest, Wit},
    settings::{Setting, SettingKind, SettingValue},
};
use annex_lifecycle::{InstallationView, SettingView};

use crate::{
    error::PageError,
    i18n::Translator,
    panel::{addons::errors::page_error, form::FormErrors},
    session::SignedIn,
    state::AppState,
};

/// One field of the form.
#[derive(Debug)]
pub(in crate::panel::addons) struct FieldView {
    pub(in crate::panel::addons) key: String,
    pub(in crate::panel::addons) kind: SettingKind,
    pub(in crate::panel::addons) label: String,
    pub(in crate::panel::addons) hint: Option<String>,
    pub(in crate::panel::addons) required: bool,
    /// Never of a secret.
    pub(in crate::panel::addons) value: String,
    pub(in crate::panel::addons) is_set: bool,
    pub(in crate::panel::addons) max_length: u32,
    /// Value and label.
    pub(in crate::panel::addons) choices: Vec<(String, String)>,
    /// What follows a subdomain, such as `.example.com`.
    pub(in crate::panel::addons) suffix: Option<String>,
}

impl FieldView {
    pub(in crate::panel::addons) fn is_on(&self) -> bool {
        matches!(self.value.as_str(), "true" | "on")
    }

    /// The ids of what describes the field.
    pub(in crate::panel::addons) fn described(&self, wrong: &Option<&str>) -> Option<String> {
        let hint = self.hint.is_some().then(|| format!("h-{}", self.key));
        let error = wrong.map(|_| format!("e-{}", self.key));
        let ids: Vec<_> = [hint, error].into_iter().flatten().collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    pub(in crate::panel::addons) fn input_type(&self) -> &'static str {
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
pub(in crate::panel::addons) struct SettingsTab {
    pub(in crate::panel::addons) fields: Vec<FieldView>,
    pub(in crate::panel::addons) errors: FormErrors,
    /// What was said when they were tried and work.
    pub(in crate::panel::addons) works: Option<String>,
    /// They can be tried.
    pub(in crate::panel::addons) can_test: bool,
}

/// Add-ons of the first version cannot say whether their settings work.
pub(super) fn can_test(manifest: &Manifest) -> bool {
    manifest.kind != Kind::Language && manifest.speaks() != Wit::V0_1
}

pub(in crate::panel::addons) async fn tab(
    state: &AppState,
    who: &SignedIn,
    view: &InstallationView,
) -> Result<SettingsTab, PageError> {
    let list = state.lifecycle.settings_view(who.desk.id, view.installation.id).await.map_err(page_error)?;
    let fields = list.iter().map(|view| field(view, &who.t, None)).collect();
    Ok(SettingsTab { fields, errors: FormErrors::default(), works: None, can_test: can_test(&view.manifest) })
}

/// The field of a setting; `typed` is what a form that was not saved had in it.
pub(super) fn field(view: &SettingView, t: &Translator, typed: Option<&str>) -> FieldView {
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
            pattern_message: None,
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
