//! Adding a reply or a note with its files, and sending again what a channel did not take. A form sent twice adds one message: its
//! hidden key is claimed in the transaction of the message.

use annex_desk::{
    Refusal, Rule,
    messages::{Write, confirm, redeliver, write},
};
use annex_domain::{
    ids::MessageId,
    ticket::{Author, TicketStatus},
};
use annex_store::tickets;
use axum::{
    extract::{Path, Request, State},
    http::StatusCode,
};

use super::{Bubble, Draft, DraftState, files, ticket_page};
use crate::{
    error::PageResult,
    flash::Flash,
    panel::form::{
        FormErrors,
        long::{Long, WithFiles},
        with_files::{For, read},
    },
    session::SignedIn,
    shell::page_with,
    state::AppState,
};

pub(super) async fn add(
    State(state): State<AppState>,
    who: SignedIn,
    Path(number): Path<i64>,
    form: Long<WithFiles, Request>,
) -> PageResult {
    let sent = read(&state, &who, For::Message(number.into()), form.into_inner()).await?;
    if !sent.refused.is_empty() {
        let ticket = tickets::by_number(&mut state.db.read().await?, who.desk.id, number).await?;
        return files::again(&state, &who, ticket, sent).await;
    }
    let (attachments, form) = (sent.files(), sent.form);
    let draft = Draft::posted(&form);
    let wanted = Write {
        ticket: number.into(),
        body: draft.body.clone().into(),
        internal: draft.note,
        attachments,
        then: then_status(&draft),
        seen: form.get("seen").parse().ok(),
        key: Some(form.get("key").to_owned()),
    };
    match write(&state.desk(), &who.ctx(), wanted).await {
        Ok(_) | Err(Refusal::Rule(Rule::DoneBefore)) => {
            let flash = Flash::success(if draft.note { "ticket-noted" } else { "ticket-sent" });
            Ok(flash.redirect(&format!("/tickets/{number}")))
        }
        Err(refusal) => {
            let kept = DraftState::posted(format!("/tickets/{number}"), &form);
            refused(&state, &who, number, (draft, kept), refusal).await
        }
    }
}

/// The page with what was typed and what is wrong with it.
async fn refused(
    state: &AppState,
    who: &SignedIn,
    number: i64,
    sent: (Draft, DraftState),
    refusal: Refusal,
) -> PageResult {
    let mut errors = FormErrors::default();
    let meanwhile = matches!(refusal, Refusal::Rule(Rule::AnsweredMeanwhile));
    if !meanwhile {
        errors.take(&who.t, refusal, &[("attachments", "files")])?;
    }
    let ticket = tickets::by_number(&mut state.db.read().await?, who.desk.id, number).await?;
    let mut page = ticket_page(state, who, ticket, Some(sent), errors, None).await?;
    if !meanwhile {
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    // With it comes the newest message as the one that was seen: sent again, it goes.
    let me = Author::Operator(who.operator.id);
    let by_others =
        |bubble: &&Bubble| bubble.side != "theirs" && !bubble.message.internal && bubble.message.author != me;
    let name = page.bubbles.iter().rev().find(by_others).map_or("", |bubble| bubble.name.as_str());
    let text = who.t.with("ticket-answered-meanwhile", &[("name", &name)]);
    page.errors.add("body", text);
    page_with(StatusCode::CONFLICT, &page)
}

fn then_status(draft: &Draft) -> Option<TicketStatus> {
    match draft.then.as_str() {
        "pending" => Some(TicketStatus::Pending),
        "solved" => Some(TicketStatus::Solved),
        _ => None,
    }
}

pub(super) async fn send_again(
    State(state): State<AppState>,
    who: SignedIn,
    Path((number, id)): Path<(i64, MessageId)>,
) -> PageResult {
    redeliver(&state.desk(), &who.ctx(), number.into(), id).await?;
    Ok(Flash::success("ticket-delivery-queued").redirect(&format!("/tickets/{number}")))
}

/// Somebody has seen that an unclear message arrived.
pub(super) async fn arrived(
    State(state): State<AppState>,
    who: SignedIn,
    Path((number, id)): Path<(i64, MessageId)>,
) -> PageResult {
    confirm(&state.desk(), &who.ctx(), number.into(), id).await?;
    Ok(Flash::success("ticket-delivery-confirmed").redirect(&format!("/tickets/{number}")))
}
