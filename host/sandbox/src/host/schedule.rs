//! `schedule`: needs the capability `schedule`. What is planned is the installation's, whoever looks at it.

use annex_domain::{
    capability::Access,
    clock::Timestamp,
    ports::{Paged, Planned, RecordError},
};

use super::{Answer, Refused, in_time, page_size};
use crate::state::Caller;

const LONGEST_KEY: usize = 200;
const LARGEST_DATA: usize = 4 << 10;
/// 400 days.
const FURTHEST_MS: i64 = 34_560_000_000;

impl Caller {
    pub(crate) async fn plan_call(&mut self, key: String, due: u64, data: Vec<u8>) -> Answer<()> {
        let check = |state: &mut Self| {
            state.check_key(&key)?;
            let latest = state.services.clock.now().0.saturating_add(FURTHEST_MS);
            let due = Timestamp(i64::try_from(due).unwrap_or(i64::MAX));
            if due.0 > latest {
                return Err(RecordError::Invalid("`due` is at most 400 days ahead".into()).into());
            }
            if data.len() > LARGEST_DATA {
                return Err(RecordError::Invalid("`data` has at most 4 KiB".into()).into());
            }
            state.writes.planned_call()?;
            Ok((due, data))
        };
        let plan = async |state: &mut Self, (due, data)| {
            Ok(in_time(state.services.data.plan_call(&state.scope, &key, due, data), RecordError::Unavailable).await?)
        };
        self.checked_call("schedule.at", &key, check, plan).await
    }

    pub(crate) async fn cancel_planned_call(&mut self, key: String) -> Answer<bool> {
        let check = |state: &mut Self| state.check_key(&key);
        let cancel = async |state: &mut Self, ()| {
            Ok(in_time(state.services.data.cancel_planned_call(&state.scope, &key), RecordError::Unavailable).await?)
        };
        self.checked_call("schedule.cancel", &key, check, cancel).await
    }

    pub(crate) async fn planned_calls(
        &mut self,
        prefix: String,
        cursor: Option<String>,
        limit: u32,
    ) -> Answer<Paged<Planned>> {
        let check = |state: &mut Self| {
            state.check_key("-")?;
            if prefix.len() > LONGEST_KEY || cursor.as_ref().is_some_and(|cursor| cursor.len() > LONGEST_KEY) {
                return Err(RecordError::Invalid("a prefix or cursor has at most 200 bytes".into()).into());
            }
            Ok(())
        };
        let list = async |state: &mut Self, ()| {
            let limit = page_size(limit, 100);
            let page = state.services.data.planned_calls(&state.scope, &prefix, cursor.as_deref(), limit);
            Ok(in_time(page, RecordError::Unavailable).await?)
        };
        self.checked_call("schedule.list", &prefix, check, list).await
    }

    fn check_key(&self, key: &str) -> Result<(), Refused> {
        if let Some(text) = self.denied(Access::Schedule) {
            return Err(Refused::Denied(text));
        }
        if key.is_empty() || key.len() > LONGEST_KEY || key.chars().any(char::is_control) {
            return Err(RecordError::Invalid("a key has 1 to 200 bytes of one line".into()).into());
        }
        Ok(())
    }
}
