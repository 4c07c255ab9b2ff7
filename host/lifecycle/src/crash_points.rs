//! The named points at which sagas, money, the intake of packages and what publishers hear and say can be made to crash; see
//! `annex_domain::crash`.

use annex_domain::crash::{Verdict, When, point};
use annex_store::{StoreError, Tx};

use crate::{
    Lifecycle,
    cancel::Cancel,
    install::Install,
    purchase::Purchase,
    saga::{RECORD, Saga},
    uninstall::Uninstall,
    update::Update,
};

/// Steps that are no saga's, as `(what, step)`; each `before` and `after`.
const STEPS: [(&str, &str); 7] = [
    ("intake", "keep"),
    ("report", "keep"),
    ("provisioning", "ask"),
    ("provisioning", "answer"),
    ("provisioning", "undo"),
    ("event", "post"),
    ("event", "note"),
];

/// Every point of every saga, of money, and of the steps of this crate.
#[must_use]
pub fn crash_points() -> Vec<String> {
    let mut all = Vec::new();
    of_saga::<Install>(&mut all);
    of_saga::<Purchase>(&mut all);
    of_saga::<Update>(&mut all);
    of_saga::<Cancel>(&mut all);
    of_saga::<Uninstall>(&mut all);
    let money = annex_billing::crash_steps().into_iter().chain(annex_billing::payouts::STEPS);
    for (what, step) in money.chain(STEPS) {
        all.extend(When::FORWARD.map(|when| point(what, step, when)));
    }
    all
}

impl Lifecycle {
    /// Passes a crash point.
    pub(crate) fn pass(&self, what: &str, step: &str, when: When) -> Result<(), StoreError> {
        match self.crash.hit(what, step, when) {
            Verdict::Go => Ok(()),
            // As for who has lost a lease: nothing more is written.
            Verdict::Stop | Verdict::Fail => Err(StoreError::Lost("what a test stops")),
        }
    }

    /// Commits what was written for a step, between two crash points.
    pub(crate) async fn commit(&self, tx: Tx, what: &str, step: &str) -> Result<(), StoreError> {
        self.pass(what, step, When::Before)?;
        tx.commit().await?;
        self.pass(what, step, When::After)
    }
}

fn of_saga<S: Saga>(all: &mut Vec<String>) {
    // Recording is one transaction, so there is nothing to undo step by step.
    all.extend(When::FORWARD.map(|when| point(S::KIND, RECORD, when)));
    let whens = if S::FORWARD_ONLY { &When::FORWARD[..] } else { &When::ALL[..] };
    for step in S::STEPS {
        all.extend(whens.iter().map(|when| point(S::KIND, step.name, *when)));
    }
}
