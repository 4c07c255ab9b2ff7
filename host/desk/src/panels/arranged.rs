use annex_domain::{
    ids::{DeskId, OperatorId},
    installation::Installation,
};
use annex_store::{Conn, StoreError, installations, panels::Place};

/// The panels that an operator sees, with their places: those without one at the end, in the order of their installation.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn arranged(
    conn: &mut Conn,
    desk: DeskId,
    operator: OperatorId,
) -> Result<Vec<(Installation, Place)>, StoreError> {
    let mut running = installations::running_for(conn, desk, operator).await?;
    let places = super::places(conn, desk, operator, &running).await?;
    let of = |place: Place| {
        let at = running.iter().position(|installation| installation.id == place.installation)?;
        Some((running.remove(at), place))
    };
    Ok(places.into_iter().filter_map(of).collect())
}
