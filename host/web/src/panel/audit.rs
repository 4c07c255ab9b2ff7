//! Admin → Audit log: who changed what, newest first, and the check of the hash chain on demand.

use std::collections::HashMap;

use annex_domain::permission::Permission;
use annex_store::{Conn, StoreError, audit, billing::accounts, installations, operators};
use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    response::Response,
    routing::get,
};
use serde::Deserialize;

use super::{addons::audited, ticket::addon_name};
use crate::{
    error::PageError,
    i18n::Translator,
    session::SignedIn,
    shell::{Pager, Section, Shell, page},
    state::AppState,
};

const HERE: &str = "/admin/audit";
const PAGE: usize = 50;

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route(HERE, get(show))
}

pub(super) struct Row {
    pub(super) entry: audit::Entry,
    pub(super) who: String,
    /// What was done, in words.
    pub(super) what: String,
    /// The facts, indented; empty when there are none.
    pub(super) detail: String,
}

#[derive(Template)]
#[template(path = "panel/audit.html")]
pub(super) struct AuditPage {
    pub(super) shell: Shell,
    pub(super) rows: Vec<Row>,
    pub(super) verified: Option<audit::Verified>,
    pub(super) pager: Pager,
}

#[derive(Debug, Default, Deserialize)]
struct Params {
    before: Option<i64>,
    #[serde(default)]
    verify: Option<String>,
}

async fn show(
    State(state): State<AppState>,
    who: SignedIn,
    Query(params): Query<Params>,
) -> Result<Response, PageError> {
    who.require(Permission::DeskManage)?;
    let mut conn = state.db.read().await?;
    let mut entries = audit::list(&mut conn, who.desk.id, params.before, PAGE as u32 + 1).await?;
    let first = params.before.map(|_| HERE.to_owned());
    let pager = Pager::cut(&mut entries, PAGE, first, |entry| format!("{HERE}?before={}", entry.seq));
    let verified = match params.verify {
        Some(_) => Some(audit::verify(&mut conn, who.desk.id).await?),
        None => None,
    };
    let names = names(&mut conn, &who, &entries).await?;
    let rows = entries.into_iter().map(|entry| Row {
        who: who_did(&who.t, &names, &entry.actor),
        what: audited(&who.t, &entry.action),
        detail: detail(&entry.detail),
        entry,
    });
    page(&AuditPage { rows: rows.collect(), verified, pager, shell: who.shell("audit-title", Section::Audit) })
}

/// Who did something, in words, by how the entries name them.
async fn names(
    conn: &mut Conn,
    who: &SignedIn,
    entries: &[audit::Entry],
) -> Result<HashMap<String, String>, PageError> {
    let mut names: HashMap<String, String> = operators::list(conn, who.desk.id)
        .await?
        .into_iter()
        .map(|listed| (format!("operator:{}", listed.operator.id), listed.operator.name))
        .collect();
    for entry in entries {
        let name = match entry.actor.split_once(':') {
            _ if names.contains_key(&entry.actor) => continue,
            Some(("account", id)) => {
                let email = address(conn, id).await?;
                who.t.with("audit-who-account", &[("email", &email)])
            }
            Some(("addon", id)) => addon(conn, who, id).await?,
            _ => continue,
        };
        names.insert(entry.actor.clone(), name);
    }
    Ok(names)
}

/// The address of a billing account.
async fn address(conn: &mut Conn, id: &str) -> Result<String, StoreError> {
    let Ok(account) = id.parse() else { return Ok(id.to_owned()) };
    match accounts::get(conn, account).await {
        Ok(account) => Ok(account.email),
        Err(StoreError::NotFound(_)) => Ok(id.to_owned()),
        Err(error) => Err(error),
    }
}

/// An add-on with its name.
async fn addon(conn: &mut Conn, who: &SignedIn, id: &str) -> Result<String, PageError> {
    let installed = match id.parse() {
        Ok(id) => installations::get(conn, who.desk.id, id).await?,
        Err(_) => None,
    };
    let Some(installed) = installed else { return Ok(who.t.get("ticket-removed-addon")) };
    let name = addon_name(conn, who, installed.id).await?;
    Ok(who.t.with("audit-who-addon", &[("name", &name)]))
}

fn who_did(t: &Translator, names: &HashMap<String, String>, actor: &str) -> String {
    match names.get(actor) {
        Some(name) => name.clone(),
        None if actor.starts_with("operator:") => t.get("ticket-former-operator"),
        None if actor == "command-line" => t.get("audit-who-command-line"),
        None => t.get("audit-who-system"),
    }
}

fn detail(facts: &serde_json::Value) -> String {
    match facts {
        serde_json::Value::Object(map) if map.is_empty() => String::new(),
        serde_json::Value::Null => String::new(),
        facts => serde_json::to_string_pretty(facts).unwrap_or_default(),
    }
}
