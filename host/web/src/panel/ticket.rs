//! A ticket: the conversation, a reply or note, its properties, its requester, and the panels of plugins beside it.
//! `new` makes one, `write` adds messages, `files` are theirs, `draft` keeps what is being written, `change` sets properties, `states`
//! puts it away and brings it back, `merge` lets another one take it up, `history` shows what changed, `live` is what scripts tell
//! and ask.

mod change;
mod draft;
mod draft_state;
mod files;
mod history;
mod live;
mod merge;
mod new;
pub(super) mod panels;
mod states;
mod write;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use annex_domain::{
    attachment::{self, Attachment},
    channel::{Facts, Origin, Person, Progress, TAKEN_BACK},
    clock::Timestamp,
    contact::Contact,
    field::{Field, FieldSubject},
    ids::{FieldId, InstallationId, MessageId, OperatorId},
    permission::Permission,
    ticket::{Author, Delivery, Priority, Ticket, TicketStatus},
};
use annex_store::{Db, catalog, channels, contacts, fields, installations, messages, operators, reads, tickets};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};

pub(super) use self::{draft_state::DraftState, history::History, panels::Slot};
use super::{
    field_inputs::{self, FieldInput},
    form::{FormErrors, Posted},
};
use crate::{
    error::{PageError, PageResult},
    i18n::Translator,
    session::SignedIn,
    shell::{Part, Section, Shell, page_with},
    state::AppState,
};

/// A message that came so much later than it was sent says so.
const NOTABLE: Duration = Duration::from_secs(120);
/// The newest messages of a conversation that are shown; older ones come with `?before=`.
const MESSAGES: usize = 100;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/tickets", post(new::create))
        .route("/tickets/new", get(new::blank))
        .route("/tickets/new/draft", post(draft::of_ticket))
        .route("/tickets/{number}", get(show))
        .route("/tickets/{number}/read", post(live::seen))
        .route("/tickets/{number}/writing", post(live::being_written))
        .route("/tickets/{number}/changed", get(live::changed))
        .route("/tickets/{number}/draft", post(draft::of_message))
        .route("/attachments/{attachment}", get(files::show))
        .route("/tickets/{number}/messages/{id}/redeliver", post(write::send_again))
        .route("/tickets/{number}/messages/{id}/arrived", post(write::arrived))
        .route("/tickets/{number}/panels/{installation}", post(panels::arrange))
        .route("/tickets/{number}/properties", post(change::save))
        .route("/tickets/{number}/history", post(history::choose))
        .route("/tickets/{number}/spam", post(states::spam))
        .route("/tickets/{number}/not-spam", post(states::not_spam))
        .route("/tickets/{number}/delete", post(states::delete))
        .route("/tickets/{number}/restore", post(states::restore))
        .route("/tickets/{number}/merge", get(merge::ask).post(merge::merge))
}

pub(crate) fn uploads() -> Router<AppState> {
    Router::new()
        .route("/tickets/{number}/messages", post(write::add))
        .route("/tickets/{number}/files", post(files::add))
        .route("/tickets/{number}/files/{attachment}/remove", post(files::remove))
        .route("/files", post(files::add_chosen))
        .route("/files/{attachment}/remove", post(files::remove_chosen))
}

/// A message as drawn.
pub(super) struct Bubble {
    pub(super) message: annex_domain::ticket::Message,
    pub(super) name: String,
    /// `theirs`, `ours` or `addon`.
    pub(super) side: &'static str,
    pub(super) attachments: Vec<Attachment>,
    /// What it said before its author changed it, oldest first.
    pub(super) earlier: Vec<messages::EarlierText>,
    /// What changed between the message before and this one.
    pub(super) changes: history::Run,
    /// How far it has come, as its service reports.
    pub(super) progress: Option<Progress>,
    /// Who is behind it, as its channel says.
    pub(super) origin: Origin,
}

impl Bubble {
    /// The key of what is said of one that no person wrote.
    fn origin_key(&self) -> Option<&'static str> {
        match self.origin {
            Origin::Person => None,
            Origin::Automatic => Some("ticket-origin-automatic"),
            Origin::Bulk => Some("ticket-origin-bulk"),
            Origin::Bounce => Some("ticket-origin-bounce"),
        }
    }

    fn is_pending(&self) -> bool {
        self.message.delivery == Delivery::Pending
    }

    fn is_sent(&self) -> bool {
        self.message.delivery == Delivery::Sent
    }

    /// The key of the text for one that is sent.
    fn sent_how(&self) -> &'static str {
        match self.progress {
            Some(Progress::Delivered) => "delivery-delivered",
            Some(Progress::Read) => "delivery-read",
            Some(Progress::Failed) | None => "delivery-sent",
        }
    }

    fn is_failed(&self) -> bool {
        self.message.delivery == Delivery::Failed
    }

    fn is_unclear(&self) -> bool {
        self.message.delivery == Delivery::Unclear
    }

    /// Its author took back what it said.
    fn is_taken_back(&self) -> bool {
        self.message.edited_at.is_some() && self.message.body == TAKEN_BACK
    }

    /// When its author sent it, where it came so much later that the two differ for a reader.
    fn sent_before(&self) -> Option<Timestamp> {
        self.message.sent_at.filter(|sent| self.message.created_at.since(*sent) >= NOTABLE)
    }
}

/// An operator to assign.
pub(super) struct Assignee {
    pub(super) id: OperatorId,
    pub(super) name: String,
    pub(super) on: bool,
}

/// The properties beside a ticket.
pub(super) struct Properties {
    pub(super) ticket: Ticket,
    pub(super) assignees: Vec<Assignee>,
    pub(super) tags: String,
    /// That of the ticket, or what was chosen in a form that comes back.
    pub(super) status: TicketStatus,
    pub(super) fields: Vec<FieldInput>,
    pub(super) may_manage: bool,
    pub(super) mine: bool,
    /// The number of the ticket that it was merged into.
    pub(super) merged_into: Option<i64>,
    /// All custom fields of the desk, and what those of the ticket hold.
    known: Arc<Vec<Field>>,
    held: BTreeMap<FieldId, String>,
}

impl Properties {
    fn statuses(&self) -> &'static [TicketStatus] {
        &TicketStatus::ALL
    }

    fn priorities(&self) -> &'static [Priority] {
        &Priority::ALL
    }

    /// What was entered, where a form comes back.
    fn enter(&mut self, t: &Translator, form: &Posted) {
        if form.has("tags") {
            form.get("tags").clone_into(&mut self.tags);
        }
        self.status = form.get("status").parse().unwrap_or(self.status);
        self.fields = field_inputs::inputs(t, &self.known, FieldSubject::Ticket, &self.held, Some(form));
    }

    fn assignee_id(&self) -> String {
        self.ticket.assignee.map(|id| id.to_string()).unwrap_or_default()
    }

    fn assignee_name(&self) -> Option<&str> {
        self.assignees.iter().find(|assignee| assignee.on).map(|assignee| assignee.name.as_str())
    }
}

/// What is being written, kept when it is refused.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub(super) body: String,
    pub(super) note: bool,
    pub(super) then: String,
}

/// What the channel of a ticket does with a reply; nothing of it without a channel.
#[derive(Debug, Default)]
pub(super) struct Carried {
    /// What becomes of its files.
    pub(super) files_hint: Option<String>,
    /// The most characters of one message: a longer reply goes out in parts.
    pub(super) longest: Option<u32>,
    /// Who gets what the requester writes as well.
    pub(super) copies: Vec<String>,
    /// They also get replies.
    pub(super) copied: bool,
}

#[derive(Template)]
#[template(path = "panel/ticket.html")]
pub(super) struct TicketPage {
    pub(super) shell: Shell,
    pub(super) errors: FormErrors,
    pub(super) props: Properties,
    pub(super) requester: Contact,
    pub(super) other_tickets: i64,
    pub(super) channel: Option<String>,
    pub(super) carried: Carried,
    pub(super) bubbles: Vec<Bubble>,
    pub(super) history: History,
    /// The address of the messages before these.
    pub(super) older: Option<String>,
    pub(super) slots: Vec<Slot>,
    /// Views that a button beside **Send** opens.
    pub(super) helpers: Vec<Slot>,
    pub(super) draft: Draft,
    /// The last message of the ticket; empty on a page of older ones.
    pub(super) seen: String,
    /// Who looks has not read all of it.
    pub(super) unread: bool,
    pub(super) kept: DraftState,
    /// What is uploaded, and not sent.
    pub(super) files: Vec<Attachment>,
    /// Makes sending twice harmless.
    pub(super) key: String,
    pub(super) may_reply: bool,
    /// They may put it away and bring it back.
    pub(super) may_manage: bool,
    pub(super) may_manage_addons: bool,
}

impl TicketPage {
    /// How many files a message may have.
    fn most_files(&self) -> usize {
        attachment::MOST
    }

    /// The largest of them, in bytes.
    fn largest_file(&self) -> u64 {
        attachment::LARGEST
    }

    fn panels_at(&self) -> String {
        format!("/tickets/{}", self.props.ticket.number)
    }
}

#[derive(serde::Deserialize)]
struct Older {
    before: Option<MessageId>,
}

async fn show(
    State(state): State<AppState>,
    who: SignedIn,
    Path(number): Path<i64>,
    axum::extract::Query(older): axum::extract::Query<Older>,
) -> PageResult {
    who.require(Permission::TicketsView)?;
    let ticket = tickets::by_number(&mut state.db.read().await?, who.desk.id, number).await?;
    let page = ticket_page(&state, &who, ticket, None, FormErrors::default(), older.before).await?;
    page_with(StatusCode::OK, &page)
}

/// The whole page of a ticket, with what comes back as it was sent; else with what the operator was writing. What is kept in
/// memory comes first: whoever holds a connection waits for no other one.
async fn ticket_page(
    state: &AppState,
    who: &SignedIn,
    ticket: Ticket,
    sent: Option<(Draft, DraftState)>,
    errors: FormErrors,
    before: Option<MessageId>,
) -> Result<TicketPage, PageError> {
    let (db, desk) = (&state.db, who.desk.id);
    let channel = match &ticket.channel {
        Some(channel) => Some(addon_name(db, who, channel.installation).await?),
        None => None,
    };
    let carried = carried(state, who, &ticket, channel.as_deref()).await?;
    let may_reply = who.may(Permission::TicketsReply) && ticket.is_at_hand();
    let (slots, helpers) = views(state, who, &ticket, may_reply).await?;
    let props = properties(db, who, ticket.clone()).await?;
    let conn = &mut db.read().await?;
    let requester = contacts::get(conn, desk, ticket.requester).await?;
    let of_requester = tickets::Filter { requester: Some(requester.id), ..tickets::Filter::default() };
    let found = tickets::count(conn, desk, &of_requester).await?;
    // Where counting ended, and where it is put away, this one takes nothing away.
    let is_among = found <= tickets::COUNTED && !ticket.is_put_away();
    let other_tickets = found - i64::from(is_among);
    let limit = u32::try_from(MESSAGES + 1).unwrap_or(u32::MAX);
    let mut written = messages::list(conn, desk, ticket.id, before, limit).await?;
    let has_older = written.len() > MESSAGES;
    if has_older {
        written.remove(0);
    }
    let last = written.last().filter(|_| before.is_none()).map(|last| last.message.id);
    let ids: Vec<MessageId> =
        written.iter().filter(|it| it.message.edited_at.is_some()).map(|it| it.message.id).collect();
    let mut earlier = messages::earlier_texts(conn, desk, &ids).await?;
    let standing = reads::standing(conn, desk, who.operator.id, ticket.id).await?;
    let (draft, kept) = match sent {
        Some(sent) => sent,
        None => Draft::stored(&ticket, standing.draft),
    };
    let first = written.first().filter(|_| has_older).map(|first| first.message.id);
    let pages = history::Messages { shown: &written, has_older, before };
    let (changes, history) = history::of(conn, who, &props, standing.shows_changes, pages).await?;
    let bubbles =
        written.into_iter().zip(changes).map(|(one, changes)| bubble(who, one, changes, &mut earlier)).collect();
    Ok(TicketPage {
        shell: who.titled(format!("#{} {}", ticket.number, ticket.subject), Section::Inbox),
        errors,
        older: first.map(|id| format!("/tickets/{}?before={id}", ticket.number)),
        bubbles,
        history,
        slots,
        helpers,
        may_reply,
        unread: standing.unread,
        seen: last.map(|id| id.to_string()).unwrap_or_default(),
        props,
        requester,
        other_tickets,
        channel,
        carried,
        draft,
        kept,
        files: standing.files,
        key: annex_domain::random::token().map_err(PageError::internal)?,
        may_manage: who.may(Permission::TicketsManage),
        may_manage_addons: who.may(Permission::AddonsManage),
    })
}

/// What add-ons show beside a ticket, and beside **Send**.
async fn views(
    state: &AppState,
    who: &SignedIn,
    ticket: &Ticket,
    may_reply: bool,
) -> Result<(Vec<Slot>, Vec<Slot>), PageError> {
    if ticket.is_put_away() {
        return Ok((Vec::new(), Vec::new()));
    }
    panels::beside_ticket(state, who, may_reply).await
}

async fn carried(state: &AppState, who: &SignedIn, ticket: &Ticket, name: Option<&str>) -> Result<Carried, PageError> {
    let (Some(channel), Some(name)) = (&ticket.channel, name) else { return Ok(Carried::default()) };
    let facts = state.lifecycle.channel_facts(who.desk.id, channel.installation).await;
    let facts = facts.unwrap_or_else(|_| Facts::of_first());
    let hint = match &facts.files {
        None => who.t.msg("ticket-files-stay").arg("channel", name),
        Some(bounds) => {
            let size = who.t.bytes(bounds.largest);
            who.t.msg("ticket-files-go").arg("channel", name).arg("count", u64::from(bounds.most)).arg("size", size)
        }
    };
    let known = channels::conversation(&mut state.db.read().await?, who.desk.id, ticket.id).await?.unwrap_or_default();
    let called = |person: Person| match (person.name.is_empty(), person.email) {
        (false, _) => person.name,
        (true, Some(email)) => email,
        (true, None) => person.handle,
    };
    Ok(Carried {
        files_hint: Some(hint.to_string()),
        longest: Some(facts.longest_text),
        copies: known.copies.into_iter().map(called).collect(),
        copied: facts.copies,
    })
}

fn bubble(
    who: &SignedIn,
    written: messages::Written,
    changes: history::Run,
    earlier: &mut Vec<(MessageId, messages::EarlierText)>,
) -> Bubble {
    let (side, gone) = match written.message.author {
        Author::Requester(_) => ("theirs", ""),
        Author::Operator(_) => ("ours", "ticket-former-operator"),
        Author::Addon(_) => ("addon", "ticket-removed-addon"),
    };
    let its = earlier.extract_if(.., |(id, _)| *id == written.message.id).map(|(_, text)| text).collect();
    Bubble {
        name: written.author_name.unwrap_or_else(|| who.t.get(gone)),
        side,
        message: written.message,
        attachments: written.attachments,
        earlier: its,
        changes,
        progress: written.progress,
        origin: written.origin,
    }
}

async fn properties(db: &Db, who: &SignedIn, ticket: Ticket) -> Result<Properties, PageError> {
    let listed = operators::people(db, who.desk.id).await?;
    // Somebody who was deactivated stays visible as the assignee, but cannot be chosen anew.
    let assignees = listed
        .iter()
        .filter(|listed| listed.operator.active || ticket.assignee == Some(listed.operator.id))
        .map(|listed| Assignee {
            on: ticket.assignee == Some(listed.operator.id),
            id: listed.operator.id,
            name: listed.operator.name.clone(),
        })
        .collect();
    let known = fields::known(db, who.desk.id).await?;
    let held = if known.iter().any(|field| field.subject == FieldSubject::Ticket) {
        fields::values(&mut db.read().await?, who.desk.id, ticket.id).await?
    } else {
        BTreeMap::new()
    };
    let merged_into = match ticket.merged_into {
        Some(id) => Some(tickets::get(&mut db.read().await?, who.desk.id, id).await?.number),
        None => None,
    };
    Ok(Properties {
        assignees,
        tags: ticket.tags.join(" "),
        may_manage: who.may(Permission::TicketsManage) && ticket.is_at_hand(),
        mine: ticket.assignee == Some(who.operator.id),
        merged_into,
        status: ticket.status,
        fields: field_inputs::inputs(&who.t, &known, FieldSubject::Ticket, &held, None),
        known,
        held,
        ticket,
    })
}

/// The name of an installed add-on, in their language.
async fn addon_name(db: &Db, who: &SignedIn, id: InstallationId) -> Result<String, PageError> {
    let Some(installation) = installations::known_one(db, who.desk.id, id).await? else {
        return Ok(who.t.get("ticket-removed-addon"));
    };
    if let Some(label) = &installation.label {
        return Ok(label.to_string());
    }
    let version = catalog::known_version(db, &installation.addon, &installation.version).await?;
    Ok(version.map_or_else(
        || installation.addon.slug().to_owned(),
        |version| version.manifest.listing.name.get(who.t.code()).to_owned(),
    ))
}
