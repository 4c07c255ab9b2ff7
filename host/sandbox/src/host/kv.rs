//! `kv`: needs the capability `kv`. Sizes are checked here, quota and versions by the store.

use annex_domain::{
    capability::Access,
    ports::{KV_KEY_BYTES, KV_VALUE_BYTES, KeyPage, KvEntry, KvError, KvPage, KvWrite},
};

use super::{in_time, page_size};
use crate::state::Caller;

const MOST_KEYS: u32 = 1_000;
const MOST_PAIRS: u32 = 100;
/// A second to 400 days.
const EXPIRY_MS: std::ops::RangeInclusive<u64> = 1_000..=34_560_000_000;

type Answer<T> = wasmtime::Result<Result<T, KvError>>;

impl Caller {
    pub(crate) async fn kv_get(&mut self, key: String) -> Answer<Option<KvEntry>> {
        let read = async |state: &mut Self, ()| {
            in_time(state.services.data.kv_get(&state.scope, &key), KvError::Unavailable).await
        };
        self.checked_call("kv.get", &key, |state| state.check_kv(&key), read).await
    }

    pub(crate) async fn kv_set(&mut self, key: String, value: Vec<u8>, write: KvWrite) -> Answer<u64> {
        let check = |state: &mut Self| {
            state.check_kv(&key)?;
            check_expiry(write.expires_in)?;
            if value.len() > KV_VALUE_BYTES {
                return Err(KvError::Invalid("a value has at most 256 KiB"));
            }
            state.writes.value(&state.services.limits, value.len())?;
            Ok(value)
        };
        let set = async |state: &mut Self, value| {
            in_time(state.services.data.kv_set(&state.scope, &key, value, write), KvError::Unavailable).await
        };
        self.checked_call("kv.set", &key, check, set).await
    }

    pub(crate) async fn kv_delete(&mut self, key: String, expected: Option<u64>) -> Answer<bool> {
        let check = |state: &mut Self| {
            state.check_kv(&key)?;
            state.writes.value(&state.services.limits, 0)
        };
        let delete = async |state: &mut Self, ()| {
            in_time(state.services.data.kv_delete(&state.scope, &key, expected), KvError::Unavailable).await
        };
        self.checked_call("kv.delete", &key, check, delete).await
    }

    pub(crate) async fn kv_add(&mut self, key: String, delta: i64, expires_in: Option<u64>) -> Answer<i64> {
        let check = |state: &mut Self| {
            state.check_kv(&key)?;
            check_expiry(expires_in)?;
            state.writes.value(&state.services.limits, 0)
        };
        let add = async |state: &mut Self, ()| {
            in_time(state.services.data.kv_add(&state.scope, &key, delta, expires_in), KvError::Unavailable).await
        };
        self.checked_call("kv.add", &key, check, add).await
    }

    pub(crate) async fn kv_keys(&mut self, prefix: String, cursor: Option<String>, limit: u32) -> Answer<KeyPage> {
        let list = async |state: &mut Self, ()| {
            let limit = page_size(limit, MOST_KEYS);
            let page = state.services.data.kv_list(&state.scope, &prefix, cursor.as_deref(), limit);
            in_time(page, KvError::Unavailable).await
        };
        let check = |state: &mut Self| state.check_prefix(&prefix, cursor.as_ref());
        self.checked_call("kv.keys", &prefix, check, list).await
    }

    pub(crate) async fn kv_scan(&mut self, prefix: String, cursor: Option<String>, limit: u32) -> Answer<KvPage> {
        let scan = async |state: &mut Self, ()| {
            let limit = page_size(limit, MOST_PAIRS);
            let page = state.services.data.kv_scan(&state.scope, &prefix, cursor.as_deref(), limit);
            in_time(page, KvError::Unavailable).await
        };
        let check = |state: &mut Self| state.check_prefix(&prefix, cursor.as_ref());
        self.checked_call("kv.scan", &prefix, check, scan).await
    }

    fn check_kv(&self, key: &str) -> Result<(), KvError> {
        if let Some(text) = self.denied(Access::Kv) {
            return Err(KvError::Denied(text));
        }
        if key.is_empty() || key.len() > KV_KEY_BYTES {
            return Err(KvError::Invalid("a key has 1 to 256 bytes"));
        }
        Ok(())
    }

    fn check_prefix(&self, prefix: &str, cursor: Option<&String>) -> Result<(), KvError> {
        self.check_kv("-")?;
        if prefix.len() > KV_KEY_BYTES || cursor.is_some_and(|cursor| cursor.len() > KV_KEY_BYTES) {
            return Err(KvError::Invalid("a prefix or cursor has at most 256 bytes"));
        }
        Ok(())
    }
}

fn check_expiry(expires_in: Option<u64>) -> Result<(), KvError> {
    match expires_in {
        Some(ms) if !EXPIRY_MS.contains(&ms) => Err(KvError::Invalid("an expiry is a second to 400 days away")),
        _ => Ok(()),
    }
}
