//! A ticket that an operator writes for somebody who called or came by.

use annex_desk::{
    Refusal, Rule,
    tickets::{self, Create, FirstAuthor, Requester},
};
use annex_domain::{field::Entries, permission::Permission, ticket::Priority};
use annex_store::drafts::{self, Form};
use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};

use super::draft_state::{DraftState, Standing};
use crate::{
    error::{PageError, PageResult},
    flash::Flash,
    panel::form::{
        FormErrors, Posted,
        long::{Long, NewTicket},
    },
    session::SignedIn,
    shell::{Section, Shell, page, page_with},
    state::AppState,
};

/// Where it is written.
pub(super) const AT: &str = "/tickets/new";

#[derive(Template)]
#[template(path = "panel/ticket_new.html")]
pub(crate) struct NewPage {
    pub(crate) shell: Shell,
    pub(crate) errors: FormErrors,
    pub(crate) entered: Entered,
    pub(in crate::panel) kept: DraftState,
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

impl Entered {
    /// For whom the page was asked.
    fn blank(requester: For) -> Self {
        let (email, name) = (requester.email, requester.name);
        Self { email, name, subject: String::new(), body: String::new(), priority: Priority::Normal, mine: true }
    }

    /// As it was sent.
    pub(super) fn posted(form: &Posted) -> Self {
        Self {
            email: form.get("email").to_owned(),
            name: form.get("name").to_owned(),
            subject: form.get("subject").to_owned(),
            body: form.get("body").to_owned(),
            priority: form.get("priority").parse().unwrap_or(Priority::Normal),
            mine: form.has("mine"),
        }
    }

    /// What stands beside the message.
    pub(super) fn form(&self) -> Form {
        let Self { email, name, subject, .. } = self.clone();
        Form { email, name, subject, priority: self.priority, mine: self.mine }
    }

    /// As the operator left it.
    fn stored(draft: &drafts::Draft) -> Option<Self> {
        let Form { email, name, subject, priority, mine } = draft.text.form.clone()?;
        Some(Self { email, name, subject, body: draft.text.body.clone(), priority, mine })
    }
}

pub(super) async fn blank(State(state): State<AppState>, who: SignedIn, Query(requester): Query<For>) -> PageResult {
    who.require(Permission::TicketsManage)?;
    let draft = drafts::get(&mut state.db.read().await?, who.desk.id, who.operator.id, None).await?;
    let (draft, at) = (draft.as_ref(), AT.to_owned());
    let (entered, kept) = match draft.and_then(Entered::stored) {
        None => (Entered::blank(requester), DraftState::stored(at, None)),
        Some(left) if requester.email.is_empty() || requester.email == left.email => {
            (left, DraftState::stored(at, draft))
        }
        Some(_) => (Entered::blank(requester), DraftState::beside(at, draft, Standing::Other)),
    };
    page(&new_page(&who, FormErrors::default(), entered, kept)?)
}

pub(super) async fn create(State(state): State<AppState>, who: SignedIn, form: Long<NewTicket>) -> PageResult {
    let entered = Entered::posted(&form);
    let wanted = Create {
        requester: Requester::Address { email: entered.email.clone(), name: entered.name.clone() },
        author: FirstAuthor::Requester,
        subject: entered.subject.clone(),
        body: entered.body.clone().into(),
        priority: entered.priority,
        assignee: entered.mine.then_some(who.operator.id),
        tags: Vec::new(),
        fields: Entries::new(),
        attachments: Vec::new(),
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
            let kept = DraftState::posted(AT.to_owned(), &form);
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &new_page(&who, errors, entered, kept)?)
        }
    }
}

pub(super) fn new_page(
    who: &SignedIn,
    errors: FormErrors,
    entered: Entered,
    kept: DraftState,
) -> Result<NewPage, PageError> {
    Ok(NewPage {
        shell: who.shell("ticket-new-title", Section::Inbox),
        errors,
        entered,
        kept,
        key: annex_domain::random::token().map_err(PageError::internal)?,
    })
}
