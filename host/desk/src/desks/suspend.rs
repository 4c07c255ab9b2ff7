use annex_domain::{audit::Action, ids::DeskId, operator::DeskStatus};

use super::By;
use crate::{Desk, Refusal};

/// Stops a desk. One that was to be deleted stays from now on.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn suspend(desk: &Desk, by: By, id: DeskId) -> Result<(), Refusal> {
    super::set_status(desk, by, id, DeskStatus::Suspended, Action::DeskSuspend).await
}
