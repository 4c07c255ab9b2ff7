//! The named points at which a saga or the charge protocol can be made to crash; see `annex_domain::crash`.

use annex_domain::crash::{When, point};

use crate::{
    cancel::Cancel,
    install::Install,
    purchase::Purchase,
    saga::{RECORD, Saga},
    uninstall::Uninstall,
    update::Update,
};

/// Every point of every saga, and those of the charge protocol.
#[must_use]
pub fn crash_points() -> Vec<String> {
    let mut all = Vec::new();
    of_saga::<Install>(&mut all);
    of_saga::<Purchase>(&mut all);
    of_saga::<Update>(&mut all);
    of_saga::<Cancel>(&mut all);
    of_saga::<Uninstall>(&mut all);
    for (protocol, step) in annex_billing::crash_steps() {
        all.extend(When::FORWARD.map(|when| point(protocol, step, when)));
    }
    all
}

fn of_saga<S: Saga>(all: &mut Vec<String>) {
    // Recording is one transaction, so there is nothing to undo step by step.
    all.extend(When::FORWARD.map(|when| point(S::KIND, RECORD, when)));
    let whens = if S::FORWARD_ONLY { &When::FORWARD[..] } else { &When::ALL[..] };
    for step in S::STEPS {
        all.extend(whens.iter().map(|when| point(S::KIND, step.name, *when)));
    }
}
