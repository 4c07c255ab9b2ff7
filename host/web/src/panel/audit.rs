//! Admin → Audit log: who did what to what, newest first, of one kind, person or time where that is asked for; and the check of
//! the hash chain on demand.

mod names;
mod query;

use annex_domain::{audit::Action, operator::Actor, permission::Permission};
use annex_store::{audit, operators};
use askama::Template;
use axum::{
    Router,
    extract::{Query as Params, State},
    routing::get,
};

pub(super) use self::query::Query;
use self::{names::Names, query::QueryParams};
use super::addons::{area, audited};
use crate::{
    error::PageResult,
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
    /// Who did what to what.
    pub(super) sentence: String,
    /// The facts, indented; empty when there are none.
    pub(super) detail: String,
}

/// Something to choose.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) text: String,
    pub(super) chosen: bool,
}

/// Actions about the same.
pub(super) struct Area {
    pub(super) text: String,
    pub(super) actions: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "panel/audit.html")]
pub(super) struct AuditPage {
    pub(super) shell: Shell,
    pub(super) query: Query,
    pub(super) areas: Vec<Area>,
    pub(super) people: Vec<Choice>,
    pub(super) rows: Vec<Row>,
    pub(super) verified: Option<audit::Verified>,
    pub(super) pager: Pager,
}

async fn show(State(state): State<AppState>, who: SignedIn, Params(given): Params<QueryParams>) -> PageResult {
    who.require(Permission::DeskManage)?;
    let query = Query::from(&given);
    let mut conn = state.db.read().await?;
    let limit = PAGE as u32 + 1;
    let mut entries = audit::find(&mut conn, who.desk.id, &query.filter(), given.before, limit).await?;
    let first = given.before.map(|_| query.address(None));
    let pager = Pager::cut(&mut entries, PAGE, first, |entry| query.address(Some(entry.seq)));
    let verified = match given.verify {
        Some(_) => Some(audit::verify(&mut conn, who.desk.id).await?),
        None => None,
    };
    let operators = operators::list(&mut conn, who.desk.id).await?;
    let operators = operators.into_iter().map(|listed| (Actor::Operator(listed.operator.id), listed.operator.name));
    let names = Names::of(&mut conn, who.desk.id, &entries).await?;
    page(&AuditPage {
        areas: areas(&who.t, query.action),
        people: people(&who.t, operators, &names, query.actor),
        rows: entries.into_iter().map(|entry| row(&who.t, &names, entry)).collect(),
        query,
        verified,
        pager,
        shell: who.shell("audit-title", Section::Audit),
    })
}

fn areas(t: &Translator, chosen: Option<Action>) -> Vec<Area> {
    let mut areas: Vec<(&str, Area)> = Vec::new();
    for action in Action::ALL {
        let text = audited(t, action.as_str());
        let choice = Choice { value: action.to_string(), text, chosen: chosen == Some(action) };
        match areas.iter_mut().find(|(word, _)| *word == action.area()) {
            Some((_, area)) => area.actions.push(choice),
            None => areas.push((action.area(), Area { text: area(t, action.area()), actions: vec![choice] })),
        }
    }
    areas.into_iter().map(|(_, area)| area).collect()
}

/// Everybody who works in the desk, the host, and who else was chosen.
fn people(
    t: &Translator,
    operators: impl Iterator<Item = (Actor, String)>,
    names: &Names,
    chosen: Option<Actor>,
) -> Vec<Choice> {
    let named = |actor: Actor| (actor, names.actor(t, &actor.to_string()));
    let mut all: Vec<_> = operators.chain([Actor::System, Actor::CommandLine].map(named)).collect();
    if let Some(other) = chosen.filter(|chosen| all.iter().all(|(actor, _)| actor != chosen)) {
        all.push(named(other));
    }
    let choice =
        |(actor, text): (Actor, String)| Choice { value: actor.to_string(), text, chosen: chosen == Some(actor) };
    all.into_iter().map(choice).collect()
}

fn row(t: &Translator, names: &Names, entry: audit::Entry) -> Row {
    let (who, what) = (names.actor(t, &entry.actor), audited(t, &entry.action));
    let sentence = match names.object(t, &entry) {
        Some(object) => t.with("audit-sentence-object", &[("who", &who), ("what", &what), ("object", &object)]),
        None => t.with("audit-sentence", &[("who", &who), ("what", &what)]),
    };
    Row { sentence, detail: detail(&entry.detail), entry }
}

fn detail(facts: &serde_json::Value) -> String {
    match facts {
        serde_json::Value::Object(map) if map.is_empty() => String::new(),
        serde_json::Value::Null => String::new(),
        facts => serde_json::to_string_pretty(facts).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests;
