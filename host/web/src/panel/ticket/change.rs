//! Changing status, priority, assignee, tags and custom fields. The form carries what was shown, and only what differs from that is
//! changed: two people who change different things do not undo each other.

use annex_desk::tickets::Change;
use annex_domain::{permission::Permission, tag, ticket::Ticket};
use annex_store::tickets::{self, TicketChange};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
};

use super::{Properties, properties, ticket_page};
use crate::{
    error::PageResult,
    flash::{Flash, Toast},
    panel::{
        field_inputs,
        form::{
            FormErrors, Posted,
            long::{Long, OfTicket},
        },
    },
    session::SignedIn,
    shell::{Section, Shell, page_with},
    state::AppState,
};

#[derive(Template)]
#[template(path = "panel/ticket_changed.html")]
pub(crate) struct ChangedPart {
    pub(crate) shell: Shell,
    pub(crate) errors: FormErrors,
    pub(crate) props: Properties,
    pub(crate) toast: Option<Toast>,
}

pub(super) async fn save(
    State(state): State<AppState>,
    who: SignedIn,
    Path(number): Path<i64>,
    form: Long<OfTicket>,
) -> PageResult {
    who.require(Permission::TicketsManage)?;
    let mut errors = FormErrors::default();
    let wanted = Change { parts: read(&who, &form, &mut errors), fields: field_inputs::entries(&form) };
    let mut changed = None;
    if errors.is_empty() {
        match annex_desk::tickets::change(&state.desk(), &who.ctx(), number.into(), wanted, None).await {
            Ok(ticket) => changed = Some(ticket),
            Err(refusal) => errors.take(&who.t, refusal, &[])?,
        }
    }
    let ticket = match changed {
        Some(ticket) => ticket,
        None => tickets::by_number(&mut state.db.read().await?, who.desk.id, number).await?,
    };
    answer(&state, &who, ticket, errors, &form).await
}

/// What the form asks to change. A field that is missing or as it was shown stays as it is.
fn read(who: &SignedIn, form: &Posted, errors: &mut FormErrors) -> TicketChange {
    let entered = |name: &str| {
        let was = format!("was-{name}");
        let same = form.has(&was) && form.get(&was) == form.get(name);
        (form.has(name) && !same).then(|| form.get(name))
    };
    let mut change = TicketChange::default();
    if let Some(word) = entered("status") {
        change.status = word.parse().ok();
        if change.status.is_none() {
            errors.add("status", who.t.get("form-choice"));
        }
    }
    if let Some(word) = entered("priority") {
        change.priority = word.parse().ok();
        if change.priority.is_none() {
            errors.add("priority", who.t.get("form-choice"));
        }
    }
    if let Some(id) = entered("assignee") {
        match id {
            "" => change.assignee = Some(None),
            "me" => change.assignee = Some(Some(who.operator.id)),
            id => match id.parse() {
                Ok(id) => change.assignee = Some(Some(id)),
                Err(_) => errors.add("assignee", who.t.get("form-choice")),
            },
        }
    }
    change.tags = entered("tags").map(|text| tag::split(text).map(str::to_owned).collect());
    change
}

async fn answer(state: &AppState, who: &SignedIn, ticket: Ticket, errors: FormErrors, form: &Posted) -> PageResult {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let saved = Flash::success("ticket-saved");
    if who.fragment {
        let mut props = properties(&state.db, who, ticket).await?;
        let toast = if errors.is_empty() { saved.toast(&who.t) } else { None };
        if !errors.is_empty() {
            props.enter(&who.t, form);
        }
        let part = ChangedPart { shell: who.shell("inbox-title", Section::Inbox), errors, props, toast };
        return page_with(status, &part);
    }
    if errors.is_empty() {
        return Ok(saved.redirect(&format!("/tickets/{}", ticket.number)));
    }
    let mut refused = ticket_page(state, who, ticket, None, errors, None).await?;
    refused.props.enter(&who.t, form);
    page_with(status, &refused)
}
