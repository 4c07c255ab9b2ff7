//! The panels of plugins beside a ticket or contact, in the order and folded as the operator left them, and the buttons that change
//! this. Without script they are forms that lead back to the ticket; with it the panel moves at once and only the place
//! is sent. A folded panel asks its add-on for nothing until it is opened. The buttons beside **Send** come in the same order, and that
//! of an add-on without a panel has its place among the panels: folded, it is not shown.

use annex_desk::panels::Move;
use annex_domain::{addon::Version, ids::InstallationId, manifest::ViewPlace, permission::Permission};
use annex_store::{catalog, tickets};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};

use crate::{
    error::{PageError, PageResult},
    issuer::open_in,
    panel::form::Posted,
    session::SignedIn,
    sidebar,
    state::AppState,
};

/// A plugin's place beside the ticket.
#[derive(Clone)]
pub(in crate::panel) struct Slot {
    /// Which one of all that the operator has.
    nth: usize,
    pub(in crate::panel) installation: InstallationId,
    pub(in crate::panel) name: String,
    /// It is a button beside **Send**.
    pub(in crate::panel) is_button: bool,
    /// That runs: what another one has drawn is drawn anew.
    pub(in crate::panel) version: Version,
    /// The address of its picture.
    pub(in crate::panel) icon: Option<String>,
    /// The icon of the view, of the sprite.
    pub(in crate::panel) symbol: Option<&'static str>,
    pub(in crate::panel) collapsed: bool,
    /// The address of its own service.
    pub(in crate::panel) open: Option<String>,
}

/// One per running plugin that the operator uses and that has a view there. Asked before a connection is taken.
pub(in crate::panel) async fn slots(
    state: &AppState,
    who: &SignedIn,
    place: ViewPlace,
) -> Result<Vec<Slot>, PageError> {
    let mut slots = Vec::new();
    let arranged = annex_desk::panels::arranged(&state.db, who.desk.id, who.operator.id).await?;
    for (nth, (installation, arranged)) in arranged.into_iter().enumerate() {
        let version = catalog::known_version(&state.db, &installation.addon, &installation.version).await?;
        let shown = version.as_ref().and_then(|version| version.manifest.view_at(place));
        // Of one that is suspended the panel says so; a button leads nowhere.
        let is_idle = place == ViewPlace::Composer && !installation.runs();
        if is_idle || (version.is_some() && shown.is_none()) {
            continue;
        }
        let has_icon = version.as_ref().is_some_and(|version| version.has_icon);
        let runs = version.as_ref().filter(|_| installation.runs());
        let open = runs.and_then(|version| open_in(&state.config, &version.manifest, installation.id, &who.operator));
        let symbol = shown.as_ref().and_then(|view| view.icon.as_deref()).and_then(sidebar::icon);
        let title = shown.and_then(|view| view.title);
        let title = title.as_ref().or_else(|| version.as_ref().map(|version| &version.manifest.listing.name));
        let name = title.map(|title| title.get(who.t.code()).to_owned());
        slots.push(Slot {
            nth,
            is_button: place == ViewPlace::Composer,
            installation: installation.id,
            version: installation.version.clone(),
            name: name.unwrap_or_else(|| installation.addon.slug().to_owned()),
            icon: has_icon.then(|| format!("/addons/{}/icon/{}", installation.addon, installation.version)),
            symbol,
            collapsed: arranged.collapsed,
            open,
        });
    }
    Ok(slots)
}

/// What is arranged beside a ticket: panels, and the buttons of add-ons that have none; and all buttons beside **Send**.
pub(super) async fn beside_ticket(
    state: &AppState,
    who: &SignedIn,
    may_reply: bool,
) -> Result<(Vec<Slot>, Vec<Slot>), PageError> {
    let mut arranged = slots(state, who, ViewPlace::TicketSidebar).await?;
    let mut buttons = if may_reply { slots(state, who, ViewPlace::Composer).await? } else { Vec::new() };
    let panels: Vec<_> = arranged.iter().map(|panel| panel.installation).collect();
    for button in &mut buttons {
        if panels.contains(&button.installation) {
            // It is its panel that is folded.
            button.collapsed = false;
        } else {
            arranged.push(button.clone());
        }
    }
    arranged.sort_by_key(|slot| slot.nth);
    Ok((arranged, buttons))
}

/// `POST /tickets/{number}/panels/{installation}`: moves a panel one place, folds or unfolds it.
pub(super) async fn arrange(
    State(state): State<AppState>,
    who: SignedIn,
    Path((number, id)): Path<(i64, String)>,
    form: Posted,
) -> PageResult {
    who.require(Permission::TicketsView)?;
    tickets::by_number(&mut state.db.read().await?, who.desk.id, number).await?;
    let (shown, _) = beside_ticket(&state, &who, who.may(Permission::TicketsReply)).await?;
    arrange_among(&state, &who, &shown, &format!("/tickets/{number}"), (&id, &form)).await
}

/// The same beside whatever has this address, where these are shown. A panel has its place wherever it is shown, and passes by those that
/// are not shown there.
pub(in crate::panel) async fn arrange_among(
    state: &AppState,
    who: &SignedIn,
    shown: &[Slot],
    page: &str,
    (id, form): (&str, &Posted),
) -> PageResult {
    let id: InstallationId = id.parse().map_err(|_| PageError::NotFound)?;
    let shown: Vec<_> = shown.iter().map(|slot| slot.installation).collect();
    if !shown.contains(&id) {
        return Err(PageError::NotFound);
    }
    let refused = |_| PageError::refused(StatusCode::BAD_REQUEST, "no-such-action", "the form names no action");
    let what: Move = form.get("do").parse().map_err(refused)?;
    annex_desk::panels::arrange(&state.desk(), &who.ctx(), id, what, &shown).await?;
    if who.fragment {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Ok(Redirect::to(&format!("{page}#addon-{id}")).into_response())
}
