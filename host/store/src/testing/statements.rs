//! How many statements some work runs: those of its own task, not of others that it has set off.

use std::cell::Cell;

tokio::task_local! {
    static RAN: Cell<Ran>;
}

/// What ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ran {
    /// Statements, those that write included.
    pub statements: u32,
    /// Transactions that may write.
    pub transactions: u32,
}

/// Does the work, and says what ran for it.
pub async fn counted<T>(work: impl Future<Output = T>) -> (T, Ran) {
    let counting = async {
        let done = work.await;
        (done, RAN.with(Cell::get))
    };
    RAN.scope(Cell::default(), counting).await
}

pub(crate) fn ran() {
    note(|ran| Ran { statements: ran.statements + 1, ..ran });
}

pub(crate) fn began() {
    note(|ran| Ran { transactions: ran.transactions + 1, ..ran });
}

fn note(more: impl FnOnce(Ran) -> Ran) {
    // Nobody counts: fine.
    let _ = RAN.try_with(|ran| ran.set(more(ran.get())));
}
