//! What is planned; a test takes what is due with [`Host::due`](crate::testing::Host::due).

use super::{super::state::with, granted, page};
use crate::bindings::plugin::annex::addon::{
    schedule::{Planned, PlannedPage},
    types::Error,
};

/// The furthest that is planned ahead, in milliseconds: 400 days.
const FURTHEST: u64 = 34_560_000_000;

pub(crate) fn at(key: &str, due: u64, data: &[u8]) -> Result<(), Error> {
    with(|state| {
        granted(state, "schedule")?;
        if key.is_empty() || key.len() > 200 || key.contains(['\n', '\r']) {
            return Err(Error::Invalid("a key has 1 to 200 bytes of one line".into()));
        }
        if due > state.now + FURTHEST {
            return Err(Error::Invalid("a time is at most 400 days ahead".into()));
        }
        if data.len() > 4096 {
            return Err(Error::Invalid("data has at most 4 KiB".into()));
        }
        state.planned.insert(key.to_owned(), (due, data.to_vec()));
        Ok(())
    })
}

pub(crate) fn cancel(key: &str) -> Result<bool, Error> {
    with(|state| {
        granted(state, "schedule")?;
        Ok(state.planned.remove(key).is_some())
    })
}

pub(crate) fn list(prefix: &str, cursor: Option<&str>, limit: u32) -> Result<PlannedPage, Error> {
    with(|state| {
        granted(state, "schedule")?;
        let fitting = state.planned.iter().filter(|(key, _)| key.starts_with(prefix));
        let all = fitting.map(|(key, (due, _))| Planned { key: key.clone(), due: *due }).collect();
        let (planned, next) = page(all, cursor, limit)?;
        Ok(PlannedPage { planned, next })
    })
}
