//! What the platform does with a desk as a whole: makes, suspends, resumes and deletes it. Nobody in a desk may; whoever has the
//! command line of the host can, and what acts for the platform. A desk that is suspended keeps all it has: nobody comes in, no
//! add-on is called, and of its background work only its bill goes on.

mod create;
mod delete;
mod delete_left;
mod leave;
mod resume;
mod set_host_name;
mod suspend;
#[cfg(test)]
mod tests;

pub use create::{Created, NewDesk, create};
pub use delete::delete;
pub use delete_left::delete_left;
pub use leave::{KEPT, leave};
pub use resume::resume;
pub use set_host_name::set_host_name;
pub use suspend::suspend;

use annex_domain::{
    audit::Action,
    clock::Timestamp,
    ids::DeskId,
    operator::{Actor, DeskStatus},
};
use annex_store::desks;
use serde_json::json;

use crate::{Ctx, Desk, Refusal, settings::object};

/// Who does something with a desk, for the platform, and when.
#[derive(Debug, Clone, Copy)]
pub struct By {
    /// For the audit log.
    pub actor: Actor,
    /// When.
    pub now: Timestamp,
}

impl By {
    fn ctx(self, desk: DeskId) -> Ctx {
        Ctx::host(desk, self.actor, self.now)
    }
}

/// Gives a desk a status, and records it; where it has that one already, nothing happens.
async fn set_status(desk: &Desk, by: By, id: DeskId, status: DeskStatus, action: Action) -> Result<(), Refusal> {
    let mut tx = desk.db.begin().await?;
    let before = desks::get(&mut tx, id).await?.status;
    if before == status {
        return Ok(());
    }
    desks::set_status(&mut tx, id, status, by.now).await?;
    by.ctx(id).record(&mut tx, action, &object(id), &json!({ "before": before })).await?;
    Ok(tx.commit().await?)
}
