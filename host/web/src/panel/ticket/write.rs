//! Adding a reply or a note, and sending again what a channel did not take. A form sent twice adds one message: its
//! hidden key is claimed in the transaction of the message.

use annex_domain::{
    addon::Digest,
    ids::MessageId,
    operator::Actor,
    permission::Permission,
    ticket::{Author, TicketStatus},
};
use annex_store::{Tx, idempotency, messages, tickets};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};

use super::{Draft, ticket_page};
use crate::{
    error::PageError,
    flash::Flash,
    panel::{
        addons::page_error,
        form::{
            FormErrors, Posted,
            long::{Long, Reply},
        },
    },
    session::SignedIn,
    shell::page_with,
    state::AppState,
};

pub(super) async fn add(
    State(state): State<AppState>,
    who: SignedIn,
    Path(number): Path<i64>,
    form: Long<Reply>,
) -> Result<Response, PageError> {
    let desk = who.desk.id;
    let draft = Draft {
        body: form.get("body").to_owned(),
        note: form.get("mode") == "note",
        then: form.get("then").to_owned(),
    };
    let mut errors = FormErrors::default();
    errors.check_text(&who.t, "body", &draft.body, messages::MAX_BODY);
    if !errors.is_empty() {
        let mut conn = state.db.read().await?;
        let ticket = tickets::by_number(&mut conn, desk, number).await?;
        let refused = ticket_page(&mut conn, &who, ticket, draft, errors, None).await?;
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &refused);
    }

    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    let ticket = tickets::by_number(&mut tx, desk, number).await?;
    if ticket.status == TicketStatus::Closed && !draft.note {
        return Err(PageError::refused(StatusCode::CONFLICT, "ticket-closed", "the ticket is closed"));
    }
    let flash = Flash::success(if draft.note { "ticket-noted" } else { "ticket-sent" });
    let path = format!("/tickets/{number}");
    if !claim(&mut tx, &who, &form, &path, now).await? {
        return Ok(flash.redirect(&path));
    }
    let new = messages::NewMessage {
        author: Author::Operator(who.operator.id),
        internal: draft.note,
        body: draft.body.clone(),
    };
    messages::add(&mut tx, desk, ticket.id, new, now).await?;
    if let Some(status) = then_status(&draft).filter(|_| who.may(Permission::TicketsManage)) {
        let change = tickets::TicketChange { status: Some(status), ..tickets::TicketChange::default() };
        let by = Actor::Operator(who.operator.id);
        tickets::change(&mut tx, desk, ticket.id, change, by, None, now).await?;
    }
    tx.commit().await?;
    Ok(flash.redirect(&path))
}

fn then_status(draft: &Draft) -> Option<TicketStatus> {
    match draft.then.as_str() {
        "pending" => Some(TicketStatus::Pending),
        "solved" => Some(TicketStatus::Solved),
        _ => None,
    }
}

/// Claims the hidden key of a form in the transaction of its effect. False: the form was sent before, and its effect
/// is there already. A form without a key, as from a script of one's own, is always new.
pub(super) async fn claim(
    tx: &mut Tx,
    who: &SignedIn,
    form: &Posted,
    route: &str,
    now: annex_domain::clock::Timestamp,
) -> Result<bool, PageError> {
    let key = form.get("key");
    if key.is_empty() {
        return Ok(true);
    }
    let key = format!("form:{}", Digest::of(format!("{}:{key}", who.operator.id).as_bytes()));
    // The key alone decides: a second press after a change of mind must not add a second message either.
    match idempotency::begin(tx, who.desk.id, &key, route, "form", now).await? {
        idempotency::Begun::Fresh(claim) => {
            let answer = idempotency::Answer { status: 303, headers: Vec::new(), body: Vec::new() };
            idempotency::finish(tx, who.desk.id, &key, &claim, &answer).await?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

pub(super) async fn redeliver(
    State(state): State<AppState>,
    who: SignedIn,
    Path((number, id)): Path<(i64, MessageId)>,
) -> Result<Response, PageError> {
    check_place(&state, &who, number, id).await?;
    state.lifecycle.redeliver(who.desk.id, id, who.operator.id).await.map_err(page_error)?;
    Ok(Flash::success("ticket-delivery-queued").redirect(&format!("/tickets/{number}")))
}

/// Somebody has seen that an unclear message arrived.
pub(super) async fn arrived(
    State(state): State<AppState>,
    who: SignedIn,
    Path((number, id)): Path<(i64, MessageId)>,
) -> Result<Response, PageError> {
    check_place(&state, &who, number, id).await?;
    state.lifecycle.confirm_arrival(who.desk.id, id, who.operator.id).await.map_err(page_error)?;
    Ok(Flash::success("ticket-delivery-confirmed").redirect(&format!("/tickets/{number}")))
}

/// A message of that ticket, for somebody who may answer it.
async fn check_place(state: &AppState, who: &SignedIn, number: i64, id: MessageId) -> Result<(), PageError> {
    who.require(Permission::TicketsReply)?;
    let mut conn = state.db.read().await?;
    let ticket = tickets::by_number(&mut conn, who.desk.id, number).await?;
    if messages::get(&mut conn, who.desk.id, id).await?.ticket != ticket.id {
        return Err(PageError::NotFound);
    }
    Ok(())
}
