use annex_domain::{
    clock::Timestamp,
    operator::{self, Operator},
};
use annex_store::{
    desks,
    sessions::{self, Session},
};

use crate::{Desk, Refusal, Rule};

/// Who is signed in.
#[derive(Debug, Clone)]
pub struct Current {
    /// With their permissions.
    pub operator: Operator,
    /// Their desk.
    pub desk: operator::Desk,
    /// By which they are.
    pub session: Session,
}

/// Who comes with a session's secret, and keeps the session alive. None: it has ended, or its operator is switched off.
///
/// # Errors
/// [`Rule::DeskSuspended`]; when the store fails.
pub async fn current(desk: &Desk, secret: &str, now: Timestamp) -> Result<Option<Current>, Refusal> {
    let Some((session, operator)) = sessions::authenticate(&desk.db, secret, now).await? else { return Ok(None) };
    let desk = desks::known(&desk.db, operator.desk).await?;
    if !desk.status.works() {
        return Err(Rule::DeskSuspended.into());
    }
    Ok(Some(Current { operator, desk, session }))
}
