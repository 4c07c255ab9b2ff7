//! The named points at which handing a version in and publishing it can be made to crash; see `annex_domain::crash`. Each deed is one
//! transaction: `before` it is written and not committed, `after` it is, and whoever asked was not answered.

use annex_domain::crash::{Verdict, When, point};
use annex_store::{StoreError, Tx};

use crate::{Portal, Refusal};

/// What the points are called.
const PUBLISH: &str = "publish";
/// The deeds.
const DEEDS: [&str; 6] = ["attach", "submit", "approve", "advertise", "release", "roll-out"];

/// Every point of the host: these, and those of what it is built on.
#[must_use]
pub fn crash_points() -> Vec<String> {
    let own = DEEDS.iter().flat_map(|deed| When::FORWARD.map(|when| point(PUBLISH, deed, when)));
    annex_lifecycle::crash_points().into_iter().chain(own).collect()
}

impl Portal {
    /// Commits what a deed has written, between two crash points.
    pub(crate) async fn commit(&self, tx: Tx, deed: &str) -> Result<(), Refusal> {
        self.pass(deed, When::Before)?;
        tx.commit().await?;
        Ok(self.pass(deed, When::After)?)
    }

    fn pass(&self, deed: &str, when: When) -> Result<(), StoreError> {
        match self.billing.crash().hit(PUBLISH, deed, when) {
            Verdict::Go => Ok(()),
            Verdict::Stop | Verdict::Fail => Err(StoreError::Lost("what a test stops")),
        }
    }
}
