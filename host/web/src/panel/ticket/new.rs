//! A ticket that an operator writes for somebody who called or came by.

use annex_domain::{
    ids::OperatorId,
    permission::Permission,
    ticket::{Author, Priority},
};
use annex_store::{StoreError, contacts, messages, tickets};
use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};

use super::write::claim;
use crate::{
    error::PageError,
    flash::Flash,
    panel::form::{
        FormErrors,
        long::{Long, NewTicket},
        mail_address,
    },
    session::SignedIn,
    shell::{Section, Shell, page, page_with},
    state::AppState,
};

#[derive(Template)]
#[template(path = "panel/ticket_new.html")]
pub(crate) struct NewPage {
    pub(crate) shell: Shell,
    pub(crate) errors: FormErrors,
    pub(crate) entered: Entered,
    pub(crate) key: String,
}

impl NewPage {
    fn priorities(&self) -> &'static [Priority] {
        &Priority::ALL
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Entered {
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) subject: String,
    pub(crate) body: String,
    pub(crate) priority: Priority,
    pub(crate) mine: bool,
}

#[derive(serde::Deserialize)]
pub(super) struct For {
    #[serde(default)]
    email: String,
    #[serde(default)]
    name: String,
}

pub(super) async fn blank(who: SignedIn, Query(requester): Query<For>) -> Result<Response, PageError> {
    who.require(Permission::TicketsManage)?;
    let entered = Entered {
        email: requester.email,
        name: requester.name,
        subject: String::new(),
        body: String::new(),
        priority: Priority::Normal,
        mine: true,
    };
    page(&new_page(&who, FormErrors::default(), entered)?)
}

pub(super) async fn create(
    State(state): State<AppState>,
    who: SignedIn,
    form: Long<NewTicket>,
) -> Result<Response, PageError> {
    let entered = Entered {
        email: form.get("email").to_owned(),
        name: form.get("name").to_owned(),
        subject: form.get("subject").to_owned(),
        body: form.get("body").to_owned(),
        priority: form.get("priority").parse().unwrap_or(Priority::Normal),
        mine: form.has("mine"),
    };
    let mut errors = FormErrors::default();
    if mail_address(&entered.email).is_none() {
        errors.add("email", who.t.get("form-email"));
    }
    errors.check_length(&who.t, "name", &entered.name, 100);
    errors.check_text(&who.t, "subject", &entered.subject, 200);
    errors.check_text(&who.t, "body", &entered.body, messages::MAX_BODY);
    if !errors.is_empty() {
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &new_page(&who, errors, entered)?);
    }
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    if !claim(&mut tx, &who, &form, "/tickets", now).await? {
        return Ok(axum::response::IntoResponse::into_response(axum::response::Redirect::to(
            "/inbox?view=all&sort=-created",
        )));
    }
    let ticket = make(&mut tx, &who, &entered, now).await?;
    tx.commit().await?;
    let flash = Flash::success("flash-ticket-created").arg("number", ticket.number);
    Ok(flash.redirect(&format!("/tickets/{}", ticket.number)))
}

async fn make(
    tx: &mut annex_store::Tx,
    who: &SignedIn,
    entered: &Entered,
    now: annex_domain::clock::Timestamp,
) -> Result<annex_domain::ticket::Ticket, StoreError> {
    let name = if entered.name.is_empty() { &entered.email } else { &entered.name };
    let contact =
        contacts::NewContact { name: name.clone(), email: Some(entered.email.clone()), phone: None, company: None };
    let requester = contacts::find_or_create(tx, who.desk.id, contact, now).await?;
    let assignee: Option<OperatorId> = entered.mine.then_some(who.operator.id);
    let new = tickets::NewTicket {
        subject: entered.subject.clone(),
        requester: requester.id,
        author: Author::Requester(requester.id),
        body: entered.body.clone(),
        priority: entered.priority,
        assignee,
        tags: Vec::new(),
        channel: None,
    };
    Ok(tickets::create(tx, who.desk.id, new, now).await?.0)
}

fn new_page(who: &SignedIn, errors: FormErrors, entered: Entered) -> Result<NewPage, PageError> {
    Ok(NewPage {
        shell: who.shell("ticket-new-title", Section::Inbox),
        errors,
        entered,
        key: annex_domain::random::token().map_err(PageError::internal)?,
    })
}
