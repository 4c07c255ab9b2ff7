use annex_domain::{ids::InstallationId, permission::Permission};
use annex_store::{
    installations,
    panels::{self, PanelPlace},
};

use crate::{Ctx, Desk, Refusal};

annex_domain::words! {
    /// What is done with a panel.
    pub enum Move: "move of a panel" {
        /// One place up.
        Up = "up",
        /// One place down.
        Down = "down",
        /// Only its head is shown.
        Fold = "fold",
        /// All of it is shown.
        Unfold = "unfold",
    }
}

/// Moves a panel one place among those that are `shown` with it, folds or unfolds it, for the operator alone.
///
/// # Errors
/// [`Refusal::NotFound`] when they have no such panel; [`Refusal::Forbidden`] without `tickets.view`.
pub async fn arrange(
    desk: &Desk,
    ctx: &Ctx,
    id: InstallationId,
    what: Move,
    shown: &[InstallationId],
) -> Result<(), Refusal> {
    ctx.require(Permission::TicketsView)?;
    let operator = ctx.operator()?;
    let mut tx = desk.db.begin().await?;
    let running = installations::running_for(&mut tx, ctx.desk, operator).await?;
    let mut places = super::with_new(panels::places(&mut tx, ctx.desk, operator).await?, &running);
    let seen = |place: &PanelPlace| {
        shown.contains(&place.installation) && running.iter().any(|one| one.id == place.installation)
    };
    moved(&mut places, seen, id, what).ok_or(Refusal::NotFound("panel"))?;
    panels::set_places(&mut tx, ctx.desk, operator, &places).await?;
    Ok(tx.commit().await?)
}

/// Does it; none when there is no such panel. The first one that is seen stays first, the last one last.
fn moved(places: &mut [PanelPlace], seen: impl Fn(&PanelPlace) -> bool, id: InstallationId, what: Move) -> Option<()> {
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
        let mut places = [a, b, c].map(|installation| PanelPlace { installation, collapsed: false });
        let order = |places: &[PanelPlace]| places.iter().map(|place| place.installation).collect::<Vec<_>>();
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
        let hidden = |place: &PanelPlace| place.installation != c;
        moved(&mut places, hidden, b, Move::Up).unwrap();
        assert_eq!(order(&places), [b, c, a]);
        assert_eq!(moved(&mut places, hidden, c, Move::Up), None);
    }
}
