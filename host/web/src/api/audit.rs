//! The audit log of the desk, to be read.

use annex_domain::{audit::Action, operator::Actor, permission::Permission};
use annex_store::audit::{self, Entry, Filter};
use axum::extract::State;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{Json, Params},
    problem::Problem,
    user::ApiUser,
    wire::{Page, Time, bad_cursor, limit_of},
};
use crate::state::AppState;

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_audit_entries))
}

/// One thing that somebody did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditEntry {
    /// 1, 2, … within the desk, without gaps.
    seq: i64,
    at: Time,
    /// Who: `operator:`, `addon:` or `account:` with an id, `system` for the host itself, or `command-line`.
    #[schema(example = "operator:01890a5d-ac96-774b-bcce-b302099a8057")]
    actor: String,
    /// What.
    #[schema(example = "role.create")]
    action: String,
    /// To what: the id of an add-on, or a word with an id.
    #[schema(example = "role:01890a5d-ac96-774b-bcce-b302099a8057")]
    object: String,
    /// More about it; which facts depends on the action.
    #[schema(value_type = Object)]
    facts: Value,
}

/// Which entries; everything that is given must hold.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListAuditEntries {
    /// What was done.
    #[param(example = "role.create")]
    action: Option<String>,
    /// Who did it, as an entry names them.
    #[param(example = "system")]
    actor: Option<String>,
    /// On this day in UTC or later.
    #[param(example = "2026-03-01")]
    from: Option<String>,
    /// On this day in UTC or earlier.
    #[param(example = "2026-03-31")]
    to: Option<String>,
    /// `next` of the page before, with the same filters.
    cursor: Option<String>,
    /// 1 to 100; 50 when left out.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// List the entries of the audit log
///
/// Who did what to what in this desk, newest first. Needs `desk.manage`.
#[utoipa::path(
    get, path = "/audit", tag = "audit", params(ListAuditEntries),
    responses((status = 200, description = "A page of entries.", body = Page<AuditEntry>)),
)]
async fn list_audit_entries(
    State(state): State<AppState>,
    user: ApiUser,
    Params(params): Params<ListAuditEntries>,
) -> Result<Json<Page<AuditEntry>>, Problem> {
    user.require(Permission::DeskManage)?;
    let limit = limit_of(params.limit)?;
    let before = params.cursor.as_deref().map(str::parse::<i64>).transpose().map_err(|_| bad_cursor())?;
    let filter = filter_of(&params)?;
    let mut conn = state.db.read().await?;
    let entries = audit::find(&mut conn, user.desk(), &filter, before, limit + 1).await?;
    let entries = entries.into_iter().map(AuditEntry::from).collect();
    Ok(Json(Page::cut(entries, limit as usize, |entry| entry.seq.to_string())))
}

fn filter_of(params: &ListAuditEntries) -> Result<Filter, Problem> {
    let ListAuditEntries { action, actor, from, to, .. } = params;
    let action = action.as_deref().map(|word| {
        Action::recorded(word).ok_or_else(|| Problem::field("action", "unknown", "no entry has that action"))
    });
    let actor = actor.as_deref().map(|text| {
        let detail = "use `operator:`, `addon:` or `account:` with an id, `system`, or `command-line`";
        text.parse::<Actor>().map_err(|_| Problem::field("actor", "unknown", detail))
    });
    Ok(Filter {
        action: action.transpose()?,
        actor: actor.transpose()?,
        from: day("from", from.as_deref())?,
        to: day("to", to.as_deref())?,
    })
}

fn day(field: &'static str, text: Option<&str>) -> Result<Option<Date>, Problem> {
    let wrong = |_| Problem::field(field, "not-a-day", "use a day such as `2026-03-01`");
    text.map(str::parse::<Date>).transpose().map_err(wrong)
}

impl From<Entry> for AuditEntry {
    fn from(entry: Entry) -> Self {
        // Also of what an earlier version wrote there is one word.
        let action = Action::recorded(&entry.action).map_or(entry.action, |action| action.to_string());
        Self {
            seq: entry.seq,
            at: entry.at.into(),
            actor: entry.actor,
            action,
            object: entry.object,
            facts: entry.detail,
        }
    }
}
