//! The settings of an installation, by the schema of its manifest. Secrets go in and never come out.

use std::collections::BTreeMap;

use annex_domain::{ids::InstallationId, permission::Permission, settings::SettingValue};
use annex_lifecycle::{Saved, SettingView};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        extract::{Json, PathParams},
        problem::Problem,
        user::ApiUser,
        wire::{ChoicesFrom, SettingType},
    },
    state::AppState,
};

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_settings, put_settings))
}

/// The settings of an installation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Settings {
    /// In the order of the manifest.
    settings: Vec<Setting>,
    /// After saving: keys of secrets that are saved, but could not be tried, since their service did not answer.
    untried: Vec<String>,
    /// After saving: what the add-on says does not work. Its installation needs to be set up until it does.
    problems: Vec<SettingProblem>,
}

/// Something that does not work.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SettingProblem {
    /// The key of a setting; null: no setting alone is wrong.
    #[schema(required)]
    setting: Option<String>,
    /// In the words of the add-on.
    text: String,
}

/// One setting.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Setting {
    key: String,
    #[serde(rename = "type")]
    kind: SettingType,
    label: String,
    #[schema(required)]
    hint: Option<String>,
    required: bool,
    /// A text, a number, true/false or a list of texts; null when not set, and always for secrets.
    #[schema(required)]
    value: Option<Value>,
    /// A value is stored.
    is_set: bool,
    /// For `choice` and `choices`: what can be chosen.
    choices: Vec<SettingChoice>,
    /// The same, where somebody else knows it.
    #[schema(required)]
    choices_from: Option<ChoicesFrom>,
    /// Only then it counts: else it is not needed, and stays as it is.
    #[schema(required)]
    show_if: Option<ShowIf>,
}

/// A condition on another setting.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShowIf {
    /// Its key.
    setting: String,
    /// One of these is chosen there.
    is: Vec<String>,
}

/// A text, a number, true/false, or of `choices` what is chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = SettingValue)]
#[serde(untagged, expecting = "a setting is a text, a number, true or false, or a list of texts")]
pub(crate) enum Value {
    Flag(bool),
    Number(f64),
    Text(String),
    Many(Vec<String>),
}

/// What can be chosen.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SettingChoice {
    value: String,
    label: String,
}

/// All settings anew.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutSettings {
    /// By key. A key that is left out, null or empty is unset; but a secret keeps what is stored, and so does what `show_if` hides.
    values: BTreeMap<String, Option<Value>>,
}

/// Read the settings
///
/// Needs `addons.manage`.
#[utoipa::path(
    get, path = "/installations/{installation}/settings", tag = "installations",
    params(("installation" = String, Path, format = "uuid", description = "Its id")),
    responses((status = 200, description = "The schema with what is stored.", body = Settings)),
)]
async fn get_settings(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InstallationId>,
) -> Result<Json<Settings>, Problem> {
    user.require(Permission::AddonsManage)?;
    read(&state, &user, id).await.map(Json)
}

/// Save the settings
///
/// Checks them against the schema; a subdomain that is to be verified is asked for first, and a key that can be tried is
/// tried at its service (`key-refused`). Saves all or nothing. Needs `addons.manage`.
#[utoipa::path(
    put, path = "/installations/{installation}/settings", tag = "installations", request_body = PutSettings,
    params(("installation" = String, Path, format = "uuid", description = "Its id")),
    responses(
        (status = 200, description = "As stored now.", body = Settings),
        (status = 422, description = "`invalid-settings`: `errors` names every wrong field."),
    ),
)]
async fn put_settings(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InstallationId>,
    Json(body): Json<PutSettings>,
) -> Result<Json<Settings>, Problem> {
    user.require(Permission::AddonsManage)?;
    let entered = body.values.into_iter().filter_map(|(key, value)| Some((key, text_of(value?)))).collect();
    let Saved { untried, problems } = state.lifecycle.save_settings(user.desk(), id, entered, user.operator()?).await?;
    let problems = problems.into_iter().map(|it| SettingProblem { setting: it.setting, text: it.text }).collect();
    Ok(Json(Settings { untried, problems, ..read(&state, &user, id).await? }))
}

async fn read(state: &AppState, user: &ApiUser, id: InstallationId) -> Result<Settings, Problem> {
    let views = state.lifecycle.settings_view(user.desk(), id).await?;
    let settings = views.into_iter().map(|view| setting_of(view, user.locale())).collect();
    Ok(Settings { settings, untried: vec![], problems: vec![] })
}

fn text_of(value: Value) -> String {
    match value {
        Value::Flag(on) => on.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text,
        Value::Many(many) => many.join("\n"),
    }
}

fn setting_of(view: SettingView, locale: &str) -> Setting {
    let schema = view.setting;
    let choice = |choice: annex_domain::settings::Choice| SettingChoice {
        label: choice.label.get(locale).to_owned(),
        value: choice.value,
    };
    Setting {
        key: schema.key,
        kind: schema.kind.into(),
        label: schema.label.get(locale).to_owned(),
        hint: schema.hint.map(|hint| hint.get(locale).to_owned()),
        required: schema.required,
        value: view.value.map(|value| match value {
            SettingValue::Flag(on) => Value::Flag(on),
            SettingValue::Number(number) => Value::Number(number),
            SettingValue::Text(text) => Value::Text(text),
            SettingValue::Many(many) => Value::Many(many),
        }),
        is_set: view.is_set,
        choices: schema.choices.into_iter().map(choice).collect(),
        choices_from: schema.choices_from.map(Into::into),
        show_if: schema.show_if.map(|of| ShowIf { setting: of.setting, is: of.is }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_what_the_form_would_send() {
        let body = r#"{"values":{"on":true,"n":2.5,"many":10,"t":"x","some":["a","b"],"gone":null}}"#;
        let body: PutSettings = serde_json::from_str(body).unwrap();
        let texts: Vec<_> = body.values.into_iter().filter_map(|(key, value)| Some((key, text_of(value?)))).collect();
        let expected = [("many", "10"), ("n", "2.5"), ("on", "true"), ("some", "a\nb"), ("t", "x")];
        assert_eq!(texts, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
        let odd = serde_json::from_str::<PutSettings>(r#"{"values":{"n":{}}}"#).unwrap_err().to_string();
        assert!(odd.starts_with("a setting is a text, a number, true or false, or a list of texts"), "{odd}");
    }
}
