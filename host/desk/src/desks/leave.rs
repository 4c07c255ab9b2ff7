use std::time::Duration;

use annex_domain::{audit::Action, ids::DeskId, operator::DeskStatus};

use super::By;
use crate::{Desk, Refusal};

/// How long a desk that is to be deleted is kept.
pub const KEPT: Duration = Duration::from_hours(30 * 24);

/// Stops a desk; after [`KEPT`] the host deletes it, unless it is resumed before.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn leave(desk: &Desk, by: By, id: DeskId) -> Result<(), Refusal> {
    super::set_status(desk, by, id, DeskStatus::Leaving, Action::DeskLeave).await
}
