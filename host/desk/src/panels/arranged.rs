use annex_domain::{
    ids::{DeskId, OperatorId},
    installation::Installation,
};
use annex_store::{
    Db, StoreError,
    panels::{self, PanelPlace},
    users,
};

/// The panels that an operator sees, with their places: those without one at the end, in the order of their installation. All of
/// it comes from memory where it is known.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn arranged(
    db: &Db,
    desk: DeskId,
    operator: OperatorId,
) -> Result<Vec<(Installation, PanelPlace)>, StoreError> {
    let mut running = users::known_panels(db, desk, operator).await?;
    let places = super::with_new(panels::known_places(db, desk, operator).await?.to_vec(), &running);
    let of = |place: PanelPlace| {
        let at = running.iter().position(|installation| installation.id == place.installation)?;
        Some((running.remove(at), place))
    };
    Ok(places.into_iter().filter_map(of).collect())
}
