//! Writing what another system has done already: what it answered is nowhere else, and lost where it is not written.

use std::future::Future;

use annex_store::StoreError;

/// How often it is written while the database is busy.
const WRITES: u32 = 5;

/// Writes, again while the database is busy.
pub(crate) async fn insist<T, F>(write: impl Fn() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    let mut tries = 1;
    loop {
        match write().await {
            Err(StoreError::Busy(_)) if tries < WRITES => tries += 1,
            other => return other,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test]
    async fn what_is_busy_for_a_while_is_written_once_it_is_not() {
        let tries = Cell::new(0);
        let busy_for = async |times: u32| {
            tries.set(0);
            let write = || {
                tries.set(tries.get() + 1);
                std::future::ready(if tries.get() > times { Ok(()) } else { Err(StoreError::busy()) })
            };
            (insist(write).await.is_ok(), tries.get())
        };
        assert_eq!(busy_for(0).await, (true, 1));
        assert_eq!(busy_for(WRITES - 1).await, (true, WRITES));
        assert_eq!(busy_for(WRITES).await, (false, WRITES));
    }
}
