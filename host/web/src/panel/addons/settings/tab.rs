//! The tab: a field for each setting of the manifest. What is stored of a secret is never among its values.

use std::time::Duration;

use annex_domain::{
    ids::{DeskId, InstallationId},
    settings::{Setting, SettingKind, ShowIf},
};
use annex_lifecycle::{InstallationView, SettingView};
use futures::future::join_all;
use tokio::time::timeout;

use super::account::CALLBACK;
use crate::{
    error::PageError,
    i18n::Translator,
    panel::{
        addons::errors::page_error,
        form::{FormErrors, Posted},
    },
    session::SignedIn,
    state::AppState,
};

/// So long the page waits for what an add-on lists; then the values are typed.
const PATIENCE: Duration = Duration::from_secs(4);
/// Choices that an add-on lists at once.
const MOST: usize = 200;

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
    /// The add-on lists them.
    pub(in crate::panel::addons) asked: Option<Asked>,
    /// Only then it is shown.
    pub(in crate::panel::addons) show_if: Option<ShowIf>,
    /// What follows a subdomain, such as `.example.com`.
    pub(in crate::panel::addons) suffix: Option<String>,
}

/// With what a value is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::panel::addons) enum Widget {
    Switch,
    Menu,
    Ticks,
    Lines,
    Number,
    Secret,
    Account,
    Line,
}

/// What became of asking an add-on for choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::panel::addons) enum Asked {
    /// It did not answer: values are typed.
    Silent,
    /// These are all.
    All,
    /// There may be more: they are found by a word.
    Some,
}

impl FieldView {
    pub(in crate::panel::addons) fn is_on(&self) -> bool {
        matches!(self.value.as_str(), "true" | "on")
    }

    pub(in crate::panel::addons) fn is_chosen(&self, choice: &str) -> bool {
        self.value.lines().any(|value| value == choice)
    }

    /// It is a name of the network.
    pub(in crate::panel::addons) fn is_name(&self) -> bool {
        matches!(self.kind, SettingKind::Subdomain | SettingKind::Host)
    }

    /// The add-on did not list what can be chosen.
    pub(in crate::panel::addons) fn is_typed(&self) -> bool {
        self.asked == Some(Asked::Silent)
    }

    /// There may be more to choose from, which is found by a word.
    pub(in crate::panel::addons) fn is_found(&self) -> bool {
        self.asked == Some(Asked::Some)
    }

    /// What it is entered with.
    pub(in crate::panel::addons) fn widget(&self) -> Widget {
        match self.kind {
            SettingKind::Toggle => Widget::Switch,
            SettingKind::Choice if !self.is_typed() => Widget::Menu,
            SettingKind::Choices if !self.is_typed() => Widget::Ticks,
            SettingKind::Choices | SettingKind::Lines => Widget::Lines,
            SettingKind::Number => Widget::Number,
            SettingKind::Secret => Widget::Secret,
            SettingKind::OAuth2 => Widget::Account,
            _ => Widget::Line,
        }
    }

    /// On which setting it hangs, and a line for each value of that with which it is shown.
    pub(in crate::panel::addons) fn shown_by(&self) -> Option<(&str, String)> {
        self.show_if.as_ref().map(|of| (of.setting.as_str(), of.is.join("\n")))
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
    /// Where services of accounts send browsers back to.
    pub(in crate::panel::addons) back: String,
}

pub(in crate::panel::addons) async fn tab(
    state: &AppState,
    who: &SignedIn,
    view: &InstallationView,
) -> Result<SettingsTab, PageError> {
    drawn(state, who, view, None).await
}

/// The tab with what is kept, or with what was typed in a form that was not saved, but for secrets.
pub(super) async fn drawn(
    state: &AppState,
    who: &SignedIn,
    view: &InstallationView,
    form: Option<&Posted>,
) -> Result<SettingsTab, PageError> {
    let list = state.lifecycle.settings_view(who.desk.id, view.installation.id).await.map_err(page_error)?;
    let typed = |setting: &Setting| form.map(|form| entered(setting, form));
    let mut fields: Vec<_> = list.iter().map(|view| field(view, &who.t, typed(&view.setting).as_deref())).collect();
    let asks = list.iter().zip(&mut fields).filter(|(view, _)| view.setting.choices_from.is_some());
    let id = view.installation.id;
    join_all(asks.map(|(_, field)| ask(state, who.desk.id, id, field, form))).await;
    let (can_test, back) = (view.manifest.tries_settings(), state.config.absolute(CALLBACK));
    Ok(SettingsTab { fields, errors: FormErrors::default(), works: None, can_test, back })
}

/// What a form has for a setting, as a text: a line for each choice. Browsers send an unticked switch by the value that stands before it.
pub(super) fn entered(setting: &Setting, form: &Posted) -> String {
    match setting.kind {
        SettingKind::Choices => form.all(&setting.key).collect::<Vec<_>>().join("\n"),
        SettingKind::Toggle => form.all(&setting.key).last().unwrap_or_default().to_owned(),
        _ => form.get(&setting.key).to_owned(),
    }
}

/// The name of the field by whose text choices are found. Keys of settings have no hyphen.
fn find_name(key: &str) -> String {
    format!("find-{key}")
}

/// Asks the add-on what can be chosen. What is chosen stays among it.
async fn ask(state: &AppState, desk: DeskId, id: InstallationId, field: &mut FieldView, form: Option<&Posted>) {
    let name = find_name(&field.key);
    let word = form.map_or("", |form| form.get(&name));
    let asked = timeout(PATIENCE, state.lifecycle.setting_choices(desk, id, &field.key, word)).await;
    let Ok(Ok(listed)) = asked else { return };
    let is_all = word.is_empty() && listed.len() < MOST;
    field.asked = Some(if is_all { Asked::All } else { Asked::Some });
    field.choices = listed.into_iter().map(|choice| (choice.value, choice.label)).collect();
    for kept in field.value.lines().filter(|value| !value.is_empty()) {
        if !field.choices.iter().any(|(value, _)| value == kept) {
            field.choices.push((kept.to_owned(), kept.to_owned()));
        }
    }
}

/// The field of a setting; `typed` is what a form that was not saved had in it.
pub(super) fn field(view: &SettingView, t: &Translator, typed: Option<&str>) -> FieldView {
    let setting = &view.setting;
    let stored = || match &view.value {
        Some(value) => value.to_string(),
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
        asked: setting.choices_from.map(|_| Asked::Silent),
        show_if: setting.show_if.clone(),
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
    use annex_domain::{localized::Localized, settings::SettingValue};

    use super::*;
    use crate::i18n::english;

    fn view(kind: SettingKind, value: Option<&str>) -> SettingView {
        let verify = Some("https://{key}.example.com/api".into());
        let setting = Setting { label: Localized::en("Key"), required: true, verify, ..Setting::new("key", kind) };
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
