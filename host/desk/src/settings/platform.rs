use annex_domain::{audit::Action, clock::Timestamp, ids::DeskId, operator::Actor};
use annex_store::desks;
use serde_json::json;

use crate::{Ctx, Desk, Refusal};

/// Makes a desk the platform's, in which versions can be tried that are not for everyone yet (R43), or an ordinary one again. Nobody
/// but the command line does so, whatever they may do.
///
/// # Errors
/// [`Refusal::NotFound`] for a desk that is not there.
pub async fn platform(desk: &Desk, of: DeskId, on: bool, now: Timestamp) -> Result<(), Refusal> {
    let ctx = Ctx::host(of, Actor::CommandLine, now);
    let mut tx = desk.db.begin().await?;
    desks::set_platform(&mut tx, of, on).await?;
    ctx.record(&mut tx, Action::DeskPlatform, &super::object(of), &json!({ "platform": on })).await?;
    Ok(tx.commit().await?)
}
