//! How an operator has arranged the page of a ticket: the order of the panels, which are folded, and whether changes stand between
//! the messages.

use std::sync::Arc;

use annex_domain::ids::{DeskId, InstallationId, OperatorId};
use serde::{Deserialize, Serialize};

use crate::{
    Conn, Db, Result, StoreError, Tx,
    db::query::{At, execute, fetch_optional},
};

/// Panels whose place is kept; a desk hardly has as many.
const MOST: usize = 200;

/// The place of one panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PanelPlace {
    /// Whose panel.
    pub installation: InstallationId,
    /// Only its head is shown.
    pub collapsed: bool,
}

/// The places that an operator chose, from top to bottom. They may name installations that are gone, and lack new ones.
///
/// # Errors
/// [`StoreError::NotFound`]; when the row is malformed.
pub async fn places(conn: &mut Conn, desk: DeskId, operator: OperatorId) -> Result<Vec<PanelPlace>> {
    let sql = "SELECT panels FROM operators WHERE desk_id = $1 AND id = $2";
    let (text,) = fetch_optional!(conn, (String,), sql, desk, operator)?.ok_or(StoreError::NotFound("operator"))?;
    At::new("operators", &operator.to_string()).json("panels", &text)
}

/// The same, from memory where they are known.
///
/// # Errors
/// As [`places`].
pub async fn known_places(db: &Db, desk: DeskId, operator: OperatorId) -> Result<Arc<Vec<PanelPlace>>> {
    let load = || async { places(&mut db.read().await?, desk, operator).await.map(Arc::new) };
    db.caches().places.get(db, (desk, operator), load).await
}

/// Keeps the places, the first ones when there are very many.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_places(tx: &mut Tx, desk: DeskId, operator: OperatorId, places: &[PanelPlace]) -> Result<()> {
    let text = serde_json::to_string(places.get(..MOST).unwrap_or(places))?;
    let sql = "UPDATE operators SET panels = $3 WHERE desk_id = $1 AND id = $2";
    if execute!(tx, sql, desk, operator, text)? == 0 { Err(StoreError::NotFound("operator")) } else { Ok(()) }
}

/// Keeps whether changes stand between the messages; they do at first ([`crate::reads::standing`]).
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_shows_changes(tx: &mut Tx, desk: DeskId, operator: OperatorId, shown: bool) -> Result<()> {
    let sql = "UPDATE operators SET hides_changes = $3 WHERE desk_id = $1 AND id = $2";
    if execute!(tx, sql, desk, operator, !shown)? == 0 { Err(StoreError::NotFound("operator")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use annex_domain::ids::TicketId;

    use super::*;
    use crate::{
        reads,
        testing::{Fixture, on_both},
    };

    #[tokio::test]
    async fn places_are_kept_for_each_operator_of_a_desk() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let desks = Fixture::make(&mut tx).await;
            let place = |collapsed| PanelPlace { installation: InstallationId::new(), collapsed };
            let chosen = [place(true), place(false)];
            set_places(&mut tx, desks.desk, desks.agent, &chosen).await.unwrap();
            assert_eq!(places(&mut tx, desks.desk, desks.agent).await.unwrap(), chosen);
            assert!(places(&mut tx, desks.desk, desks.admin).await.unwrap().is_empty());
            let shows = async |tx: &mut Tx, desk, operator| reads::standing(tx, desk, operator, TicketId::new()).await;
            set_shows_changes(&mut tx, desks.desk, desks.agent, false).await.unwrap();
            assert!(!shows(&mut tx, desks.desk, desks.agent).await.unwrap().shows_changes);
            assert!(shows(&mut tx, desks.desk, desks.admin).await.unwrap().shows_changes);
            assert!(shows(&mut tx, desks.other_desk, desks.agent).await.is_err());
            // Another desk finds nobody.
            assert!(places(&mut tx, desks.other_desk, desks.agent).await.is_err());
            assert!(set_places(&mut tx, desks.other_desk, desks.agent, &[]).await.is_err());
            let many: Vec<_> = (0..300).map(|_| place(false)).collect();
            set_places(&mut tx, desks.desk, desks.agent, &many).await.unwrap();
            assert_eq!(places(&mut tx, desks.desk, desks.agent).await.unwrap().len(), MOST);
        })
        .await;
    }
}
