//! A ticket that an operator writes for somebody who called or came by.

use annex_desk::{
    Refusal, Rule,
    tickets::{self, Create, FirstAuthor, Requester},
};
use annex_domain::{permission::Permission, ticket::Priority};
use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};

use crate::{
    error::PageError,
    flash::Flash,
    panel::form::{
        FormErrors,
        long::{Long, NewTicket},
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
    let wanted = Create {
        requester: Requester::Address { email: entered.email.clone(), name: entered.name.clone() },
        author: FirstAuthor::Requester,
        subject: entered.subject.clone(),
        body: entered.body.clone(),
        priority: entered.priority,
        assignee: entered.mine.then_some(who.operator.id),
        tags: Vec::new(),
        key: Some(form.get("key").to_owned()),
    };
    match tickets::create(&state.desk(), &who.ctx(), wanted).await {
        Ok(ticket) => {
            let flash = Flash::success("flash-ticket-created").arg("number", ticket.number);
            Ok(flash.redirect(&format!("/tickets/{}", ticket.number)))
        }
        Err(Refusal::Rule(Rule::DoneBefore)) => Ok(Redirect::to("/inbox?view=all&sort=-created").into_response()),
        Err(refusal) => {
            let mut errors = FormErrors::default();
            errors.take(&who.t, refusal, &[])?;
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &new_page(&who, errors, entered)?)
        }
    }
}

fn new_page(who: &SignedIn, errors: FormErrors, entered: Entered) -> Result<NewPage, PageError> {
    Ok(NewPage {
        shell: who.shell("ticket-new-title", Section::Inbox),
        errors,
        entered,
        key: annex_domain::random::token().map_err(PageError::internal)?,
    })
}
