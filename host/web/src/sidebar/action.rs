//! `POST …/actions` below a panel: what the operator did, for the add-on. Its reply replaces or
//! patches the view, names wrong fields (422), or only says something. Errors leave the form as it is: with htmx the
//! notice goes above it, without script the panel is drawn anew below the notice.
//!
//! Where a view has a field for files, all of it goes to `…/files`: they are with the host before the add-on hears of them. Script uploads
//! them before, so that the form has no more than their ids.

use std::collections::HashMap;

use annex_domain::ui::{Fault, Update, ValidReply};
use annex_lifecycle::{Answer, Panel, UseError};
use askama::Template as _;
use axum::{
    Form,
    extract::{FromRequestParts as _, Request, State},
    http::StatusCode,
};

use super::{
    PanelSlot, ProblemPart,
    at::At,
    fault::{Alert, WrongField, target_errors},
    form::{self, Sent},
    show::{Beside, drawn, fresh},
    slot,
    turn::Turn,
};
use crate::{
    error::{PageError, PageResult},
    panel::form::{
        long::{InPanel, InPanelWithFiles, Long, OnTab},
        with_files::{self, For},
    },
    session::SignedIn,
    state::AppState,
};

pub(super) async fn act(
    State(state): State<AppState>,
    turn: Turn,
    who: SignedIn,
    sent: Long<InPanel, Form<Vec<(String, String)>>>,
) -> PageResult {
    let Form(pairs) = &*sent;
    let slot = slot(&state, &who, turn.at, turn.installation).await?;
    done(&state, &who, slot, pairs).await
}

/// The same where an add-on is managed: that takes another permission.
pub(super) async fn act_on_tab(
    State(state): State<AppState>,
    turn: Turn,
    who: SignedIn,
    sent: Long<OnTab, Form<Vec<(String, String)>>>,
) -> PageResult {
    let Form(pairs) = &*sent;
    let slot = slot(&state, &who, turn.at, turn.installation).await?;
    done(&state, &who, slot, pairs).await
}

/// `POST …/files`: the same with files. They may come slowly, so the turn is taken once all of them are here.
pub(super) async fn act_with_files(
    State(state): State<AppState>,
    who: SignedIn,
    sent: Long<InPanelWithFiles, Request>,
) -> PageResult {
    let (mut parts, body) = sent.into_inner().into_parts();
    let (at, installation) = At::read(parts.uri.path()).ok_or(PageError::NotFound)?;
    let slot = slot(&state, &who, at, installation).await?;
    let request = Request::from_parts(parts.clone(), body);
    let mut sent = with_files::read(&state, &who, For::Panel, request).await?;
    let _turn = match Turn::from_request_parts(&mut parts, &state).await {
        Ok(turn) => turn,
        Err(busy) => return Ok(busy),
    };
    let wrong = sent.wrong(&who.t);
    if !wrong.is_empty() {
        let alert = Alert { text: wrong.join("\n"), ..slot.reader(&who).invalid(Vec::new()) };
        return problem(&state, &who, &slot, StatusCode::UNPROCESSABLE_ENTITY, &alert).await;
    }
    let pairs: Vec<_> = sent.form.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    done(&state, &who, slot, &pairs).await
}

async fn done(state: &AppState, who: &SignedIn, mut slot: PanelSlot, pairs: &[(String, String)]) -> PageResult {
    slot.write_down(pairs);
    let shown = form::state(pairs);
    let refused = || PageError::refused(StatusCode::BAD_REQUEST, "no-such-action", "the form names no action");
    let event = match form::read(pairs).ok_or_else(refused)? {
        Sent::Event(event) => event,
        Sent::Back => {
            let below = state.lifecycle.back(who.desk.id, slot.installation, slot.context.clone(), shown).await;
            let inner = drawn(state, who, &slot, below, Beside::default()).await?;
            return slot.answer(who, StatusCode::OK, inner, None);
        }
    };
    let context = slot.context.clone();
    match state.lifecycle.handle(who.desk.id, slot.installation, context, event, shown).await {
        Ok(answer) => answered(state, who, &slot, answer, shown).await,
        Err(error) => {
            let status = status(&error);
            let alert = slot.reader(who).alert(error)?;
            problem(state, who, &slot, status, &alert).await
        }
    }
}

fn status(error: &UseError) -> StatusCode {
    match error {
        UseError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        UseError::StaleState | UseError::NotOffered(_) | UseError::NotRunning(_) | UseError::Blocked => {
            StatusCode::CONFLICT
        }
        UseError::Fault(Fault::NeedsConfig(_) | Fault::NeedsAuth(_) | Fault::Denied(_)) => StatusCode::CONFLICT,
        UseError::NotPermitted(_) | UseError::DeskSuspended => StatusCode::FORBIDDEN,
        UseError::Busy => StatusCode::SERVICE_UNAVAILABLE,
        UseError::Deadline { .. } => StatusCode::GATEWAY_TIMEOUT,
        _ => StatusCode::BAD_GATEWAY,
    }
}

async fn answered(state: &AppState, who: &SignedIn, slot: &PanelSlot, answer: Answer, shown: &str) -> PageResult {
    let Answer { reply, view, state: sealed, part, depth, call } = answer;
    let reply = ValidReply::into_reply(reply);
    if let Update::Invalid(fields) = reply.update {
        let fields = fields.into_iter().map(|wrong| WrongField { id: wrong.field, text: wrong.message }).collect();
        let alert = slot.reader(who).invalid(fields);
        return problem(state, who, slot, StatusCode::UNPROCESSABLE_ENTITY, &alert).await;
    }
    let sealed = sealed.unwrap_or_else(|| shown.to_owned());
    if let Some(view) = view {
        let panel = Panel { view, state: sealed, depth, call: Some(call) };
        let inner = drawn(state, who, slot, Ok(panel), Beside { alert: None, part }).await?;
        return slot.answer(who, StatusCode::OK, inner, reply.toast);
    }
    if !who.fragment {
        let inner = fresh(state, who, slot, None).await?;
        return slot.answer(who, StatusCode::OK, inner, reply.toast);
    }
    // Nothing to draw: the form stays as it is, with what was typed. The notice of an earlier error goes.
    let mut response = slot.answer(who, StatusCode::OK, String::new(), reply.toast)?;
    target_errors(&mut response, slot.at, slot.installation);
    Ok(response)
}

async fn problem(state: &AppState, who: &SignedIn, slot: &PanelSlot, status: StatusCode, alert: &Alert) -> PageResult {
    if !who.fragment {
        let inner = fresh(state, who, slot, Some(alert)).await?;
        return slot.answer(who, status, inner, None);
    }
    let names = HashMap::new();
    let d = slot.draw(&names);
    let mut response = slot.answer(who, status, ProblemPart { d: &d, alert }.render()?, None)?;
    target_errors(&mut response, slot.at, slot.installation);
    Ok(response)
}
