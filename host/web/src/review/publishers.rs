//! Who asks to be a publisher, with yes and no, and who is one.

use annex_desk::Wrong;
use annex_domain::{
    ids::AccountRequestId,
    publisher::{AccountRequestState, PublisherStatus, StaffPermission},
};
use annex_portal::{
    By, Refusal, Staff,
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
    /// What was typed of a request.
    typed: Option<(AccountRequestId, Posted)>,
}

impl PublishersPage {
    /// What was typed into a field of a request; else what stands there at first.
    fn typed<'p>(&'p self, name: &str, request: &AccountRequest, first: &'p str) -> &'p str {
        let own = self.typed.as_ref().filter(|(id, form)| *id == request.id && form.has(name));
        own.map_or(first, |(_, form)| form.get(name))
    }

    /// What is wrong with it.
    fn wrong(&self, name: &str, request: &AccountRequest) -> Option<&str> {
        self.errors.of(&field(name, request.id))
    }

    fn is_active(&self, publisher: &Organisation) -> bool {
        publisher.status == PublisherStatus::Active
    }
}

/// The name by which a field is known on the page: each request has it.
fn field(name: &str, request: AccountRequestId) -> String {
    format!("{name}-{request}")
}

async fn publishers_page(state: &AppState, payer: &Payer, by: &Staff) -> Result<PublishersPage, PageError> {
    let mut conn = state.db.read().await?;
    Ok(PublishersPage {
        shell: payer.shell("review-publishers-title"),
        frame: Around::review(payer, by, Place::Publishers),
        errors: FormErrors::default(),
        requests: requests::list(&mut conn, AccountRequestState::Open, MOST).await?,
        publishers: organisations::list(&mut conn).await?,
        typed: None,
    })
}

/// The page again, with what is wrong beside the field of the request, and what was typed there.
async fn again(
    state: &AppState,
    (payer, by): (&Payer, &Staff),
    (id, form): (AccountRequestId, Posted),
    name: &str,
    refusal: Refusal,
) -> Result<Response, PageError> {
    let mut shown = publishers_page(state, payer, by).await?;
    let mut errors = FormErrors::default();
    let status = take(&mut errors, &payer.t, refusal)?;
    errors.iter().for_each(|(_, text)| shown.errors.add(&field(name, id), text));
    shown.typed = Some((id, form));
    page_with(status, &shown)
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
        return again(&state, (&payer, &by), (id, form), "slug", Wrong::Unknown.at("slug").into()).await;
    };
    match approve(&state.portal(), By::Staff(&by), id, Some(slug), Making::New).await {
        Ok(made) => Ok(Flash::success("review-publishers-approved").arg("name", made.publisher).redirect(HERE)),
        Err(refusal) => again(&state, (&payer, &by), (id, form), "slug", refusal).await,
    }
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
    again(&state, (&payer, &by), (id, form), "reason", refusal).await
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
