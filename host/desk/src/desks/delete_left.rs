use annex_domain::{clock::Timestamp, operator::Actor};
use annex_store::desks;

use super::{By, KEPT, delete};
use crate::{Desk, Refusal, Rule};

/// Deletes the desks that were to be deleted [`KEPT`] ago or longer. One whose money is under way is deleted another time.
///
/// # Errors
/// When the store fails.
pub async fn delete_left(desk: &Desk, now: Timestamp) -> Result<(), Refusal> {
    let left = desks::leaving_since(&mut desk.db.read().await?, now.before(KEPT)).await?;
    for gone in left {
        match delete(desk, By { actor: Actor::System, now }, gone.id).await {
            Ok(()) | Err(Refusal::Rule(Rule::DeskBusy) | Refusal::NotFound(_)) => {}
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(())
}
