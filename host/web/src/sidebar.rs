//! The panels of plugins, beside tickets and contacts, on pages of their own, beside **Send** and where they are managed: each running
//! plugin has those that its manifest names. `GET` asks the add-on for a view and draws it; `POST` hands it what the operator did and draws what became of the view. Without script both answer whole pages.
//!
//! The shown view travels with the form, sealed by the host (`Panel::state`): any node can answer, nothing is kept
//! between requests, and an event is checked against exactly what the operator saw. An add-on's failure costs its own
//! card only ([`fault`]); what was typed survives errors because the form is left alone.

mod action;
pub(crate) mod at;
mod chart;
mod draw;
mod fault;
mod form;
mod markdown;
pub(crate) mod panels;
mod show;
#[cfg(test)]
mod tests;
mod turn;

use std::collections::HashMap;

use annex_domain::{
    ids::{ContactId, DeskId, InstallationId},
    operator::Theme,
    permission::Permission,
    ticket::{Ticket, TicketStatus},
    ui::{
        Block, Cell, ChoiceStyle, ComposerPlace, ContactPlace, Context, Intent, Location, StepState, TextKind,
        TextStyle, TicketPlace, Toast, View,
    },
};
use annex_store::{Conn, StoreError, contacts, drafts, operators, tickets};
use askama::Template;
use axum::{
    Router,
    http::StatusCode,
    response::IntoResponse as _,
    routing::{get, post},
};

pub(crate) use self::draw::icon;
#[cfg(test)]
pub(crate) use self::draw::icons;
use self::{
    at::At,
    draw::Draw,
    fault::{Alert, Card, Reader},
};
use crate::{
    error::{PageError, PageResult},
    flash,
    session::SignedIn,
    shell::{Section, Shell, in_order, page_with},
    state::AppState,
};

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/tickets/{number}/sidebar/{installation}", get(show::show))
        .route("/tickets/{number}/sidebar/{installation}/actions", post(action::act))
        .route("/contacts/{contact}/sidebar/{installation}", get(show::show))
        .route("/contacts/{contact}/sidebar/{installation}/actions", post(action::act))
        .route("/apps/{installation}", get(show::show))
        .route("/apps/{installation}/actions", post(action::act))
        .route("/tickets/{number}/composer/{installation}", get(show::show).post(show::open))
        .route("/tickets/{number}/composer/{installation}/actions", post(action::act))
        .route("/my-addons/{id}/view", get(show::show))
        .route("/my-addons/{id}/view/actions", post(action::act_on_tab))
}

/// What takes files, which come as fast as the line of their sender.
pub(crate) fn uploads() -> Router<AppState> {
    Router::new()
        .route("/tickets/{number}/sidebar/{installation}/files", post(action::act_with_files))
        .route("/contacts/{contact}/sidebar/{installation}/files", post(action::act_with_files))
        .route("/apps/{installation}/files", post(action::act_with_files))
        .route("/tickets/{number}/composer/{installation}/files", post(action::act_with_files))
        .route("/my-addons/{id}/view/files", post(action::act_with_files))
}

#[derive(Template)]
#[template(path = "sidebar/panel.html")]
struct PanelPart<'a> {
    d: &'a Draw<'a>,
    view: &'a View,
    state: &'a str,
    depth: usize,
    /// What a part that was deferred has changed, sealed: script that asked for it puts it behind the state.
    part: Option<&'a str>,
    /// What it is to help with, beside **Send**.
    writing: Option<&'a ComposerPlace>,
    alert: Option<&'a Alert>,
}

#[derive(Template)]
#[template(path = "sidebar/card.html")]
struct CardPart<'a> {
    d: &'a Draw<'a>,
    card: &'a Card,
}

#[derive(Template)]
#[template(path = "sidebar/problem.html")]
struct ProblemPart<'a> {
    d: &'a Draw<'a>,
    alert: &'a Alert,
}

#[derive(Template)]
#[template(path = "sidebar/page.html")]
struct PanelPage {
    shell: Shell,
    /// What it stands beside: address and text of the way back. None: the page is its own.
    back: Option<(String, String)>,
    inner: String,
}

/// The way back from a panel that is shown by itself.
fn back(shell: &Shell, at: At, installation: InstallationId) -> Option<(String, String)> {
    let text = match at {
        At::Ticket(number) | At::Composer(number) => {
            shell.t.msg("panel-to-ticket").arg("number", number.to_string()).to_string()
        }
        At::Contact(_) => shell.t.get("panel-to-contact"),
        At::Settings => shell.t.get("panel-to-manage"),
        At::Page => return None,
    };
    Some((at.whole(installation), text))
}

/// A view as a panel shows it, for a page where nothing can be done in it: whoever shows it puts it into something inert.
///
/// # Errors
/// When a template fails.
pub(crate) fn still(shell: &Shell, view: &View) -> Result<String, askama::Error> {
    let (names, view) = (HashMap::new(), View { refresh_seconds: None, ..view.clone() });
    // An installation that nobody has: its id keeps the ids of several panels on a page apart.
    let d = Draw { shell, at: At::Ticket(0), installation: InstallationId::new(), names: &names };
    PanelPart { d: &d, view: &view, state: "", depth: 0, part: None, writing: None, alert: None }.render()
}

/// What both handlers need to know first. Panels of other desks' tickets or installations are "not found".
struct PanelSlot {
    shell: Shell,
    at: At,
    context: Context,
    installation: InstallationId,
}

async fn slot(state: &AppState, who: &SignedIn, at: At, installation: InstallationId) -> Result<PanelSlot, PageError> {
    let location = located(state, who, at).await?;
    let view = state.lifecycle.installation(who.desk.id, installation).await.map_err(|_| PageError::NotFound)?;
    let shown = view.manifest.view_at(at.place()).ok_or(PageError::NotFound)?;
    let context = Context {
        view: String::new(), // the lifecycle knows
        location,
        operator: who.operator.id.to_string(),
        locale: who.t.code().to_owned(),
        time_zone: who.desk.zone_of(Some(&who.operator)).to_owned(),
        dark: who.operator.theme == Theme::Dark,
        licensed: false, // the lifecycle knows
    };
    let title = shown.title.as_ref().unwrap_or(&view.manifest.listing.name);
    let section = match at {
        At::Ticket(_) | At::Composer(_) => Section::Inbox,
        At::Contact(_) => Section::Contacts,
        At::Settings => Section::MyAddons,
        At::Page => Section::Page(installation),
    };
    let shell = who.titled(title.get(who.t.code()), section);
    Ok(PanelSlot { shell, at, context, installation })
}

/// What a panel there is about, as far as who looks may see it.
async fn located(state: &AppState, who: &SignedIn, at: At) -> Result<Location, PageError> {
    let desk = who.desk.id;
    match at {
        At::Ticket(number) => {
            who.require(Permission::TicketsView)?;
            let mut conn = state.db.read().await?;
            let ticket = tickets::by_number(&mut conn, desk, number).await?;
            let place = ticket_place(&mut conn, desk, &ticket).await?;
            place.map(Location::TicketSidebar).ok_or(PageError::NotFound)
        }
        At::Composer(number) => {
            who.require(Permission::TicketsReply)?;
            let mut conn = state.db.read().await?;
            let ticket = tickets::by_number(&mut conn, desk, number).await?;
            let place = ticket_place(&mut conn, desk, &ticket).await?.ok_or(PageError::NotFound)?;
            let saved = drafts::get(&mut conn, desk, who.operator.id, Some(ticket.id)).await?.map(|draft| draft.text);
            let internal = ticket.status == TicketStatus::Closed || saved.as_ref().is_some_and(|text| text.internal);
            let draft = saved.map(|text| form::as_told(&text.body).to_owned()).unwrap_or_default();
            Ok(Location::Composer(ComposerPlace { ticket: place, draft, internal }))
        }
        At::Settings => {
            who.require(Permission::AddonsManage)?;
            Ok(Location::Settings)
        }
        At::Contact(id) => {
            who.require(Permission::TicketsView)?;
            let place = contact_place(&mut state.db.read().await?, desk, id).await?;
            place.map(Location::ContactSidebar).ok_or(PageError::NotFound)
        }
        At::Page => Ok(Location::Page),
    }
}

/// A ticket as views are told of it; one that is put away has none.
pub(crate) async fn ticket_place(
    conn: &mut Conn,
    desk: DeskId,
    ticket: &Ticket,
) -> Result<Option<TicketPlace>, StoreError> {
    if ticket.is_put_away() {
        return Ok(None);
    }
    let requester = contacts::get(conn, desk, ticket.requester).await?;
    Ok(Some(TicketPlace {
        ticket: ticket.id.to_string(),
        requester: requester.id.to_string(),
        requester_email: requester.email,
    }))
}

/// A contact as views are told of them; who was erased has none.
pub(crate) async fn contact_place(
    conn: &mut Conn,
    desk: DeskId,
    id: ContactId,
) -> Result<Option<ContactPlace>, StoreError> {
    let contact = contacts::get(conn, desk, id).await?;
    let place = ContactPlace { contact: contact.id.to_string(), email: contact.email };
    Ok(contact.erased_at.is_none().then_some(place))
}

/// Names of the desk's operators, where a view shows any.
async fn names(state: &AppState, desk: DeskId, view: &View) -> Result<HashMap<String, String>, PageError> {
    let cells = view.sections.iter().flat_map(|section| &section.nodes).any(|node| match &node.block {
        Block::Pairs(pairs) => pairs.iter().any(|pair| matches!(pair.value, Cell::User(_))),
        Block::Table(table) => table.rows.iter().flat_map(|row| &row.cells).any(|cell| matches!(cell, Cell::User(_))),
        _ => false,
    });
    if !cells {
        return Ok(HashMap::new());
    }
    let people = operators::people(&state.db, desk).await?;
    Ok(people.iter().map(|one| (one.operator.id.to_string(), one.operator.name.clone())).collect())
}

impl PanelSlot {
    /// Puts down what stood in the reply box, where it was sent along.
    fn write_down(&mut self, pairs: &[(String, String)]) {
        if let Location::Composer(place) = &mut self.context.location {
            form::write_down(pairs, place);
        }
    }

    fn draw<'a>(&'a self, names: &'a HashMap<String, String>) -> Draw<'a> {
        Draw { shell: &self.shell, at: self.at, installation: self.installation, names }
    }

    fn reader(&self, who: &SignedIn) -> Reader<'_> {
        let manages = who.may(Permission::AddonsManage);
        Reader { t: &self.shell.t, installation: self.installation, manages }
    }

    /// The panel as a part of the ticket page, or as a page of its own.
    fn answer(&self, who: &SignedIn, status: StatusCode, inner: String, toast: Option<Toast>) -> PageResult {
        let toast = toast.map(|toast| flash::Toast { tone: toast.tone, text: toast.message, undo: None });
        if who.fragment {
            let confirmation = match toast {
                Some(toast) => ToastPart { shell: &self.shell, toast }.render()?,
                None => String::new(),
            };
            return Ok((status, in_order(inner + &confirmation)).into_response());
        }
        let mut shell = self.shell.clone();
        shell.toast = toast.or(shell.toast);
        let back = back(&shell, self.at, self.installation);
        page_with(status, &PanelPage { shell, back, inner })
    }
}

/// A confirmation, put at the bottom of the page by htmx.
#[derive(Template)]
#[template(path = "sidebar/toast.html")]
struct ToastPart<'a> {
    shell: &'a Shell,
    toast: flash::Toast,
}
