//! Who asks to be a publisher, with yes and no, and who is one.

use annex_domain::{
    ids::AccountRequestId,
    publisher::{AccountRequestState, PublisherStatus, StaffPermission},
};
use annex_portal::{
    By, Staff,
    publishers::set_status,
    requests::{Making, approve, refuse},
};
use annex_store::publishers::{
    organisations::{self, Organisation},
    requests::{self, AccountRequest},
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};

use crate::{
    client_area::Payer,
    error::PageError,
    flash::Flash,
    panel::form::{FormErrors, Posted},
    portal::{
        field::take,
        frame::{Around, Place, staff},
    },
    shell::{Shell, page, page_with},
    state::AppState,
};

const HERE: &str = "/review/publishers";
/// Requests on the page; the oldest.
const MOST: u32 = 50;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/review/publishers", get(show))
        .route("/review/publishers/{publisher}/status", post(decide_status))
        .route("/review/requests/{request}/approve", post(yes))
        .route("/review/requests/{request}/refuse", post(no))
}

#[derive(Template)]
#[template(path = "review/publishers.html")]
struct PublishersPage {
    shell: Shell,
    frame: Around,
    errors: FormErrors,
    requests: Vec<AccountRequest>,
    publishers: Vec<Organisation>,
}

impl PublishersPage {
    fn is_active(&self, publisher: &Organisation) -> bool {
        publisher.status == PublisherStatus::Active
    }
}

async fn publishers_page(state: &AppState, payer: &Payer, by: &Staff) -> Result<PublishersPage, PageError> {
    let mut conn = state.db.read().await?;
    Ok(PublishersPage {
        shell: payer.shell("review-publishers-title"),
        frame: Around::review(payer, by, Place::Publishers),
        errors: FormErrors::default(),
        requests: requests::list(&mut conn, AccountRequestState::Open, MOST).await?,
        publishers: organisations::list(&mut conn).await?,
    })
}

async fn show(State(state): State<AppState>, payer: Payer) -> Result<Response, PageError> {
    let by = staff(&state, &payer, StaffPermission::PublishersManage).await?;
    page(&publishers_page(&state, &payer, &by).await?)
}

async fn yes(
    State(state): State<AppState>,
    Path(request): Path<String>,
    payer: Payer,
    form: Posted,
) -> Result<Response, PageError> {
    let by = staff(&state, &payer, StaffPermission::PublishersManage).await?;
    let id: AccountRequestId = request.parse().map_err(|_| PageError::NotFound)?;
    let Ok(slug) = form.get("slug").parse() else {
        let mut shown = publishers_page(&state, &payer, &by).await?;
        shown.errors.add("", shown.shell.t.get("form-unknown-slug"));
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown);
    };
    let made = approve(&state.portal(), By::Staff(&by), id, Some(slug), Making::New).await?;
    Ok(Flash::success("review-publishers-approved").arg("name", made.publisher).redirect(HERE))
}

async fn no(
    State(state): State<AppState>,
    Path(request): Path<String>,
    payer: Payer,
    form: Posted,
) -> Result<Response, PageError> {
    let by = staff(&state, &payer, StaffPermission::PublishersManage).await?;
    let id: AccountRequestId = request.parse().map_err(|_| PageError::NotFound)?;
    let Err(refusal) = refuse(&state.portal(), By::Staff(&by), id, form.get("reason")).await else {
        return Ok(Flash::success("review-publishers-refused").redirect(HERE));
    };
    let mut shown = publishers_page(&state, &payer, &by).await?;
    let mut errors = FormErrors::default();
    take(&mut errors, &shown.shell.t, refusal)?;
    // The field is there once for each request: what is wrong stands above them.
    errors.iter().for_each(|(_, text)| shown.errors.add("", text));
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown)
}

async fn decide_status(
    State(state): State<AppState>,
    Path(publisher): Path<String>,
    payer: Payer,
    form: Posted,
) -> Result<Response, PageError> {
    let by = staff(&state, &payer, StaffPermission::PublishersManage).await?;
    let slug = publisher.parse().map_err(|_| PageError::NotFound)?;
    let status: PublisherStatus = form.get("status").parse().map_err(|_| PageError::NotFound)?;
    set_status(&state.portal(), By::Staff(&by), &slug, status).await?;
    Ok(Flash::success("review-publishers-status").redirect(HERE))
}
