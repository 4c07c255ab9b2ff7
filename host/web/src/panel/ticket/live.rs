//! What a ticket that is open in a browser tells and asks for by script: that it was seen, that somebody is writing, and
//! who changed what of it.

use annex_desk::{messages::writing, tickets::mark_read};
use annex_domain::{
    clock::Timestamp,
    field::{CHANGED, Field},
    operator::Actor,
    permission::Permission,
};
use annex_store::{StoreError, fields, operators, tickets};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::IntoResponse as _,
};

use crate::{
    error::PageResult, flash::Flash, i18n::Translator, panel::form::Posted, session::SignedIn, shell::page,
    state::AppState,
};

/// `POST /tickets/{number}/read`: all of it was seen, or all up to the message `seen`.
pub(super) async fn seen(
    State(state): State<AppState>,
    who: SignedIn,
    Path(number): Path<i64>,
    form: Posted,
) -> PageResult {
    mark_read(&state.desk(), &who.ctx(), number.into(), form.get("seen").parse().ok()).await?;
    if who.fragment {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Ok(Flash::success("ticket-marked-read").redirect(&format!("/tickets/{number}")))
}

/// `POST /tickets/{number}/writing`: a message is being written. What is told very often is passed over, or it would drown what else
/// the streams of all desks tell.
pub(super) async fn being_written(State(state): State<AppState>, who: SignedIn, Path(number): Path<i64>) -> PageResult {
    who.require(Permission::TicketsReply)?;
    if state.writing.check(&who.operator.id).is_ok() {
        writing(&state.desk(), &who.ctx(), number.into()).await?;
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[derive(serde::Deserialize)]
pub(super) struct Since {
    #[serde(default)]
    since: i64,
}

/// Who changed what, above properties that are not saved yet.
#[derive(Template)]
#[template(path = "panel/ticket_notice.html")]
pub(crate) struct NoticePart {
    pub(crate) t: Translator,
    pub(crate) name: String,
    /// The names of the properties.
    pub(crate) what: String,
}

/// `GET /tickets/{number}/changed`: what others changed since a time, in a sentence; nothing when they did not.
pub(super) async fn changed(
    State(state): State<AppState>,
    who: SignedIn,
    Path(number): Path<i64>,
    Query(Since { since }): Query<Since>,
) -> PageResult {
    who.require(Permission::TicketsView)?;
    let known = fields::known(&state.db, who.desk.id).await?;
    let mut conn = state.db.read().await?;
    let ticket = tickets::by_number(&mut conn, who.desk.id, number).await?;
    let me = Actor::Operator(who.operator.id).to_string();
    let mut changes = tickets::activity(&mut conn, who.desk.id, ticket.id).await?;
    changes.retain(|change| change.at > Timestamp(since) && change.actor != me);
    let Some(last) = changes.last() else { return Ok(StatusCode::NO_CONTENT.into_response()) };
    let name = match last.actor.parse() {
        Ok(Actor::Operator(id)) => match operators::get(&mut conn, who.desk.id, id).await {
            Err(StoreError::NotFound(_)) => None,
            found => Some(found?.name),
        },
        _ => None,
    };
    let mut what: Vec<String> = changes.iter().filter_map(|change| label(&who.t, &change.field, &known)).collect();
    what.sort_unstable();
    what.dedup();
    let name = name.unwrap_or_else(|| who.t.get("ticket-changed-somebody"));
    page(&NoticePart { t: who.t.clone(), name, what: what.join(", ") })
}

/// What the label beside a property says; nothing for what has none, such as being spam.
fn label(t: &Translator, field: &str, known: &[Field]) -> Option<String> {
    if let Some(key) = field.strip_prefix(CHANGED) {
        return known.iter().find(|one| one.key.as_str() == key).map(|one| one.label.get(t.code()).to_owned());
    }
    let key = format!("ticket-{field}");
    t.has(&key).then(|| t.get(&key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::english;

    #[test]
    fn properties_are_called_by_their_labels() {
        let label = |field| label(&english(), field, &[]);
        assert_eq!((label("priority").as_deref(), label("subject").as_deref()), (Some("Priority"), Some("Subject")));
        for other in ["spam", "trash", "merged", "merged-into", "follow-up-of", "import"] {
            assert_eq!(label(other), None, "{other}");
        }
    }
}
