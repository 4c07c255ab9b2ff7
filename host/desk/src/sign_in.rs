//! The ways to an account: signing in and out, the password once more, one-time links, and another password for who
//! forgot theirs. Who asks is known only when it has
//! worked, so most of these take no [`crate::Ctx`].
//!
//! The limit on attempts is in the database, so that it holds for all nodes. Passwords are hashed and checked while no
//! transaction is open.

mod admit;
mod confirm;
mod enter;
mod first_link;
mod forgot;
mod invitation;
mod leave;
mod reset;
mod set_up;

pub use admit::{Admitted, admit};
pub use confirm::{GivenPassword, confirm};
pub use enter::{Choice, Enter, Entrance, Way, choose, enter};
pub use first_link::first_link;
pub use forgot::forgot;
pub use invitation::{Invitation, invitation};
pub use leave::leave;
pub use reset::{Reset, reset, reset_link};
pub use set_up::{Entered, SetUp, set_up};

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, OperatorId},
};
use annex_store::{
    StoreError, Tx,
    logins::{self, Attempt, Trying},
    operators,
    sessions::{self, NewSession},
};

use crate::{Desk, Refusal};

/// The browser of somebody who comes in, for the list of their sessions.
#[derive(Debug, Clone, Copy)]
pub struct Browser<'a> {
    /// Where it asks from.
    pub address: &'a str,
    /// What it says it is.
    pub user_agent: &'a str,
}

/// Counts an attempt, whatever comes of it; goes on only when there were not too many.
async fn attempt(desk: &Desk, trying: Trying<'_>, now: Timestamp) -> Result<(), Refusal> {
    let mut tx = desk.db.begin().await?;
    let attempt = logins::attempt(&mut tx, trying, now).await?;
    tx.commit().await?;
    match attempt {
        Attempt::Allowed => Ok(()),
        Attempt::Wait(wait) => Err(Refusal::TooManyAttempts(wait)),
    }
}

/// Notes that an operator came in, and makes their session.
async fn begin(
    tx: &mut Tx,
    desk: DeskId,
    operator: OperatorId,
    browser: Browser<'_>,
    now: Timestamp,
) -> Result<NewSession, StoreError> {
    operators::signed_in(tx, desk, operator, now).await?;
    sessions::create(tx, desk, operator, browser.user_agent, browser.address, now).await
}

/// How an entry of the audit log names an operator.
pub(crate) fn object(id: OperatorId) -> String {
    format!("operator:{id}")
}
