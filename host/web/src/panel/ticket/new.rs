//! A ticket that an operator writes for somebody who called or came by.

use annex_desk::{
    Refusal, Rule,
    tickets::{self, Create, FirstAuthor, Requester},
};
use annex_domain::{addon::Kind, channel::Reach, field::Entries, permission::Permission, ticket::Priority};
use annex_store::{
    drafts::{self, Form},
    installations,
};
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
    pub(crate) ways: Vec<Way>,
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
    /// The channel in which it leaves; empty: it is what they said.
    pub(crate) via: String,
}

/// A channel in which operators can begin a conversation.
pub(crate) struct Way {
    pub(crate) id: String,
    pub(crate) name: String,
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
        let (subject, body, via) = Default::default();
        Self { email, name, subject, body, priority: Priority::Normal, mine: true, via }
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
            via: form.get("via").to_owned(),
        }
    }

    /// What stands beside the message.
    pub(super) fn form(&self) -> Form {
        let Self { email, name, subject, via, .. } = self.clone();
        Form { email, name, subject, priority: self.priority, mine: self.mine, via }
    }

    /// As the operator left it.
    fn stored(draft: &drafts::Draft) -> Option<Self> {
        let Form { email, name, subject, priority, mine, via } = draft.text.form.clone()?;
        Some(Self { email, name, subject, body: draft.text.body.clone(), priority, mine, via })
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
    page(&new_page(&state, &who, FormErrors::default(), entered, kept).await?)
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
        via: None,
        key: Some(form.get("key").to_owned()),
    };
    let wanted = match entered.via.as_str() {
        "" => wanted,
        via => Create { via: Some(via.parse().map_err(|_| PageError::NotFound)?), ..wanted },
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
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &new_page(&state, &who, errors, entered, kept).await?)
        }
    }
}

pub(super) async fn new_page(
    state: &AppState,
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
        ways: ways(state, who).await?,
        key: annex_domain::random::token().map_err(PageError::internal)?,
    })
}

/// The channels that say that a conversation can be begun with whoever has an e-mail address. One that cannot be asked now begins none.
async fn ways(state: &AppState, who: &SignedIn) -> Result<Vec<Way>, PageError> {
    let mut ways = Vec::new();
    for channel in installations::known(&state.db, who.desk.id).await?.iter() {
        if channel.kind != Kind::Channel || !channel.runs() {
            continue;
        }
        let facts = state.lifecycle.channel_facts(who.desk.id, channel.id).await;
        if facts.is_ok_and(|facts| facts.starts == Reach::Email) {
            let name = super::addon_name(&state.db, who, channel.id).await?;
            ways.push(Way { id: channel.id.to_string(), name });
        }
    }
    Ok(ways)
}
