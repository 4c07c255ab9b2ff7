//! Letting a program in that shows a code. The page says what it asks for, and that nobody vouches for its name. A link that has the
//! code in it fills the form in and does nothing more: the person has to compare it.

use annex_domain::{
    addon::PublisherSlug,
    device_code::UserCode,
    publisher::{Deed, PublisherStatus},
};
use annex_portal::{
    Member,
    devices::{approve, asks_password, deny, look},
};
use annex_store::{
    publishers::{devices::Request, members, organisations},
    tokens::LIFE_DAYS,
};
use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    field::{Entry, Field, Guarded, take},
    frame::{Around, given, is_open, session},
};
use crate::{
    client_area::Payer,
    error::PageError,
    flash::Flash,
    panel::form::{FormErrors, Posted},
    session::Origin,
    shell::{Shell, page, page_with},
    state::AppState,
};

const HERE: &str = "/portal/device";

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/portal/device", get(show).post(enter))
        .route("/portal/device/approve", post(let_in))
        .route("/portal/device/deny", post(keep_out))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PageQuery {
    code: String,
}

#[derive(Template)]
#[template(path = "portal/device.html")]
struct DevicePage {
    shell: Shell,
    frame: Around,
    errors: FormErrors,
    /// The code; once it was found, the password where it is asked for.
    fields: Vec<Field>,
    code: String,
    asked: Option<Asked>,
    days: u32,
}

/// What is asked for.
struct Asked {
    request: Request,
    scopes: Vec<String>,
    /// Those for which who decides makes tokens, and that the program may work for; whether it is chosen.
    publishers: Vec<(PublisherSlug, String, bool)>,
}

fn blank(payer: &Payer, typed: &str) -> DevicePage {
    DevicePage {
        shell: payer.shell("portal-device-title"),
        frame: Around::home(payer),
        errors: FormErrors::default(),
        fields: vec![Field::new("user_code", typed, 20, Entry::Line)],
        code: typed.to_owned(),
        asked: None,
        days: LIFE_DAYS,
    }
}

/// The page after a code was typed: with what is asked for, or with what is wrong with the code.
async fn device_page(state: &AppState, payer: &Payer, address: &str, form: &Posted) -> Result<DevicePage, PageError> {
    let mut shown = blank(payer, form.get("user_code"));
    let Ok(code) = shown.code.parse::<UserCode>() else {
        shown.errors.add("user_code", payer.t.get("form-unknown-user_code"));
        return Ok(shown);
    };
    let now = state.clock.now();
    match look(&state.portal(), payer.account.id, &code, address, now).await {
        Ok(request) => {
            shown.code = code.to_string();
            shown.fields = if asks_password(payer.signed_in_at, now) {
                vec![Field::password(Guarded::Program)]
            } else {
                Vec::new()
            };
            shown.asked = Some(asked(state, payer, request, form.get("publisher")).await?);
        }
        Err(refusal) => {
            take(&mut shown.errors, &payer.t, refusal)?;
        }
    }
    Ok(shown)
}

async fn asked(state: &AppState, payer: &Payer, request: Request, chosen: &str) -> Result<Asked, PageError> {
    let mut conn = state.db.read().await?;
    let mut publishers = Vec::new();
    for (slug, role) in members::publishers_of(&mut conn, payer.account.id).await? {
        let is_asked = request.publisher.as_ref().is_none_or(|asked| *asked == slug);
        let organisation = organisations::get(&mut conn, &slug).await?;
        if is_asked && role.may(Deed::Tokens) && organisation.status == PublisherStatus::Active {
            let is_chosen = slug.as_str() == chosen;
            publishers.push((slug, organisation.name, is_chosen));
        }
    }
    let scopes = request.scopes.iter().map(|scope| payer.t.get(&format!("portal-scope-{scope}"))).collect();
    Ok(Asked { request, scopes, publishers })
}

async fn show(
    State(state): State<AppState>,
    Query(query): Query<PageQuery>,
    payer: Payer,
) -> Result<Response, PageError> {
    is_open(&state)?;
    page(&blank(&payer, query.code.trim()))
}

async fn enter(
    State(state): State<AppState>,
    Origin(address): Origin,
    payer: Payer,
    form: Posted,
) -> Result<Response, PageError> {
    is_open(&state)?;
    let shown = device_page(&state, &payer, &address, &form).await?;
    let status = if shown.asked.is_some() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page_with(status, &shown)
}

async fn let_in(
    State(state): State<AppState>,
    Origin(address): Origin,
    headers: HeaderMap,
    payer: Payer,
    form: Posted,
) -> Result<Response, PageError> {
    is_open(&state)?;
    let Ok(code) = form.get("user_code").parse::<UserCode>() else { return Err(PageError::NotFound) };
    let publisher = form.get("publisher").parse::<PublisherSlug>().map_err(|_| PageError::NotFound)?;
    let portal = state.portal();
    let by = Member::find(&portal, payer.account.id, &publisher, state.clock.now()).await?;
    let session = session(&state, &headers);
    let approved = approve(&portal, &by, &code, payer.signed_in_at, &given(&session, &address, &form)).await;
    let refusal = match approved {
        Ok(request) => {
            return Ok(Flash::success("portal-device-approved").arg("program", &request.program).redirect(HERE));
        }
        Err(refusal) => refusal,
    };
    let mut wrong = FormErrors::default();
    take(&mut wrong, &payer.t, refusal)?;
    let mut shown = device_page(&state, &payer, &address, &form).await?;
    // A code that is none any more is wrong on the page already.
    if shown.asked.is_some() {
        shown.errors = wrong;
    }
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown)
}

async fn keep_out(
    State(state): State<AppState>,
    Origin(address): Origin,
    payer: Payer,
    form: Posted,
) -> Result<Response, PageError> {
    is_open(&state)?;
    let Ok(code) = form.get("user_code").parse::<UserCode>() else { return Err(PageError::NotFound) };
    match deny(&state.portal(), payer.account.id, &code, &address, state.clock.now()).await {
        Ok(request) => Ok(Flash::success("portal-device-denied").arg("program", &request.program).redirect(HERE)),
        Err(refusal) => {
            let mut shown = blank(&payer, form.get("user_code"));
            take(&mut shown.errors, &payer.t, refusal)?;
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown)
        }
    }
}
