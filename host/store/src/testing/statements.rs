//! Which statements some work runs: those of its own task, not of others that it has set off.

use std::cell::RefCell;

tokio::task_local! {
    static RAN: RefCell<Ran>;
}

/// What ran.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ran {
    /// Each statement in one line, those that write included.
    pub statements: Vec<String>,
    /// Transactions that may write.
    pub transactions: u32,
}

/// Does the work, and says what ran for it.
pub async fn counted<T>(work: impl Future<Output = T>) -> (T, Ran) {
    let counting = async {
        let done = work.await;
        (done, RAN.with(RefCell::take))
    };
    RAN.scope(RefCell::default(), counting).await
}

pub(crate) fn ran(sql: &str) {
    note(|ran| ran.statements.push(sql.split_whitespace().collect::<Vec<_>>().join(" ")));
}

pub(crate) fn began() {
    note(|ran| ran.transactions += 1);
}

fn note(more: impl FnOnce(&mut Ran)) {
    // Nobody counts: fine.
    let _ = RAN.try_with(|ran| more(&mut ran.borrow_mut()));
}
