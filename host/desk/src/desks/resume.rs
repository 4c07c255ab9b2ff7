use annex_domain::{audit::Action, ids::DeskId, operator::DeskStatus};

use super::By;
use crate::{Desk, Refusal};

/// Lets a desk that is suspended, or was to be deleted, work again: sessions, add-ons and what waits for them go on.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn resume(desk: &Desk, by: By, id: DeskId) -> Result<(), Refusal> {
    super::set_status(desk, by, id, DeskStatus::Active, Action::DeskResume).await
}
