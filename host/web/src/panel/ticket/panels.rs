//! The panels of plugins beside a ticket, in the order and folded as the operator left them, and the buttons that change
//! this. Without script they are forms that lead back to the ticket; with it the panel moves at once and only the place
//! is sent. A folded panel asks its add-on for nothing until it is opened.

use annex_domain::{ids::InstallationId, installation::Installation, permission::Permission};
use annex_store::{Conn, catalog, installations, panels, panels::Place, tickets};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};

use crate::{error::PageError, panel::form::Posted, session::SignedIn, state::AppState};

/// A plugin's place beside the ticket.
pub(in crate::panel) struct Slot {
    pub(in crate::panel) installation: InstallationId,
    pub(in crate::panel) name: String,
    /// The address of its picture.
    pub(in crate::panel) icon: Option<String>,
    pub(in crate::panel) collapsed: bool,
}

annex_domain::words! {
    /// What a button does with a panel.
    enum Move: "move of a panel" { Up = "up", Down = "down", Fold = "fold", Unfold = "unfold" }
}

/// One per running plugin that the operator uses.
pub(super) async fn slots(conn: &mut Conn, who: &SignedIn) -> Result<Vec<Slot>, PageError> {
    let mut slots = Vec::new();
    for (installation, place) in arranged(conn, who).await? {
        let version = catalog::version(conn, &installation.addon, &installation.version).await?;
        let has_icon = version.as_ref().is_some_and(|version| version.has_icon);
        let name = version.map(|version| version.manifest.listing.name.get(who.t.code()).to_owned());
        slots.push(Slot {
            installation: installation.id,
            name: name.unwrap_or_else(|| installation.addon.slug().to_owned()),
            icon: has_icon.then(|| format!("/addons/{}/icon/{}", installation.addon, installation.version)),
            collapsed: place.collapsed,
        });
    }
    Ok(slots)
}

/// The panels that there are, with their places: those without one at the end, in the order of their installation.
async fn arranged(conn: &mut Conn, who: &SignedIn) -> Result<Vec<(Installation, Place)>, PageError> {
    let mut running = installations::running_for(conn, who.desk.id, who.operator.id).await?;
    let places = all_places(conn, who, &running).await?;
    let of = |place: Place| {
        let at = running.iter().position(|installation| installation.id == place.installation)?;
        Some((running.remove(at), place))
    };
    Ok(places.into_iter().filter_map(of).collect())
}

/// The places that were chosen, also of what does not run now, and those of new panels after them.
async fn all_places(conn: &mut Conn, who: &SignedIn, running: &[Installation]) -> Result<Vec<Place>, PageError> {
    let mut places = panels::places(conn, who.desk.id, who.operator.id).await?;
    for installation in running.iter().map(|installation| installation.id) {
        if places.iter().all(|place| place.installation != installation) {
            places.push(Place { installation, collapsed: false });
        }
    }
    Ok(places)
}

/// `POST /tickets/{number}/panels/{installation}`: moves a panel one place, folds or unfolds it.
pub(super) async fn arrange(
    State(state): State<AppState>,
    who: SignedIn,
    Path((number, id)): Path<(i64, String)>,
    form: Posted,
) -> Result<Response, PageError> {
    who.require(Permission::TicketsView)?;
    let id: InstallationId = id.parse().map_err(|_| PageError::NotFound)?;
    let mut tx = state.db.begin().await?;
    tickets::by_number(&mut tx, who.desk.id, number).await?;
    let running = installations::running_for(&mut tx, who.desk.id, who.operator.id).await?;
    if !running.iter().any(|installation| installation.id == id) {
        return Err(PageError::NotFound);
    }
    let refused = || PageError::refused(StatusCode::BAD_REQUEST, "no-such-action", "the form names no action");
    let what: Move = form.get("do").parse().map_err(|_| refused())?;
    let mut places = all_places(&mut tx, &who, &running).await?;
    let seen = |place: &Place| running.iter().any(|installation| installation.id == place.installation);
    moved(&mut places, seen, id, what).ok_or(PageError::NotFound)?;
    panels::set_places(&mut tx, who.desk.id, who.operator.id, &places).await?;
    tx.commit().await?;
    if who.fragment {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Ok(Redirect::to(&format!("/tickets/{number}#addon-{id}")).into_response())
}

/// Does it; none when there is no such panel. The first one that is seen stays first, the last one last.
fn moved(places: &mut [Place], seen: impl Fn(&Place) -> bool, id: InstallationId, what: Move) -> Option<()> {
    let at = places.iter().position(|place| place.installation == id && seen(place))?;
    let other = match what {
        Move::Up => places.get(..at)?.iter().rposition(seen),
        Move::Down => places.get(at + 1..)?.iter().position(seen).map(|after| at + 1 + after),
        Move::Fold | Move::Unfold => {
            places.get_mut(at)?.collapsed = what == Move::Fold;
            None
        }
    };
    if let Some(other) = other {
        places.swap(at, other);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_move_one_place_and_stop_at_the_ends() {
        let [a, b, c] = [(); 3].map(|()| InstallationId::new());
        let mut places = [a, b, c].map(|installation| Place { installation, collapsed: false });
        let order = |places: &[Place]| places.iter().map(|place| place.installation).collect::<Vec<_>>();
        for (id, what, expected) in [
            (c, Move::Up, [a, c, b]),
            (c, Move::Up, [c, a, b]),
            (c, Move::Up, [c, a, b]),
            (b, Move::Down, [c, a, b]),
            (c, Move::Down, [a, c, b]),
        ] {
            moved(&mut places, |_| true, id, what).unwrap();
            assert_eq!(order(&places), expected);
        }
        moved(&mut places, |_| true, c, Move::Fold).unwrap();
        assert_eq!(places.map(|place| place.collapsed), [false, true, false]);
        moved(&mut places, |_| true, c, Move::Unfold).unwrap();
        assert!(places.iter().all(|place| !place.collapsed));
        assert_eq!(moved(&mut places, |_| true, InstallationId::new(), Move::Up), None);
        // What is not seen is passed by, and is no panel.
        let hidden = |place: &Place| place.installation != c;
        moved(&mut places, hidden, b, Move::Up).unwrap();
        assert_eq!(order(&places), [b, c, a]);
        assert_eq!(moved(&mut places, hidden, c, Move::Up), None);
    }
}
