//! `kv`: needs the capability `kv`. Sizes are checked here, quota and versions by the store.

use annex_domain::{
    capability::Access,
    ports::{KV_KEY_BYTES, KV_VALUE_BYTES, KvError},
};

use super::in_time;
use crate::{
    bindings::v0_1::kv::{Entry, Error, Host, KeyPage},
    state::Caller,
};

const MOST_KEYS: u32 = 1_000;

impl Host for Caller {
    async fn get(&mut self, key: String) -> wasmtime::Result<Result<Option<Entry>, Error>> {
        let read = async |state: &mut Self, ()| {
            in_time(state.services.data.kv_get(&state.scope, &key), KvError::Unavailable).await
        };
        let answer = self.checked_call("kv.get", &key, |state| state.check_kv(&key), read).await?;
        Ok(answer.map(|entry| entry.map(|entry| Entry { value: entry.value, version: entry.version })).map_err(to_wit))
    }

    async fn set(
        &mut self,
        key: String,
        value: Vec<u8>,
        expected: Option<u64>,
    ) -> wasmtime::Result<Result<u64, Error>> {
        let check = |state: &mut Self| {
            state.check_kv(&key)?;
            if value.len() > KV_VALUE_BYTES {
                return Err(KvError::Invalid("a value has at most 256 KiB"));
            }
            state.writes.value(&state.services.limits, value.len())?;
            Ok(value)
        };
        let write = async |state: &mut Self, value| {
            in_time(state.services.data.kv_set(&state.scope, &key, value, expected), KvError::Unavailable).await
        };
        Ok(self.checked_call("kv.set", &key, check, write).await?.map_err(to_wit))
    }

    async fn delete(&mut self, key: String, expected: Option<u64>) -> wasmtime::Result<Result<bool, Error>> {
        let check = |state: &mut Self| {
            state.check_kv(&key)?;
            state.writes.value(&state.services.limits, 0)
        };
        let delete = async |state: &mut Self, ()| {
            in_time(state.services.data.kv_delete(&state.scope, &key, expected), KvError::Unavailable).await
        };
        Ok(self.checked_call("kv.delete", &key, check, delete).await?.map_err(to_wit))
    }

    async fn list(
        &mut self,
        prefix: String,
        cursor: Option<String>,
        limit: u32,
    ) -> wasmtime::Result<Result<KeyPage, Error>> {
        let check = |state: &mut Self| {
            state.check_kv("-")?;
            if prefix.len() > KV_KEY_BYTES || cursor.as_ref().is_some_and(|cursor| cursor.len() > KV_KEY_BYTES) {
                return Err(KvError::Invalid("a prefix or cursor has at most 256 bytes"));
            }
            Ok(())
        };
        let list = async |state: &mut Self, ()| {
            let limit = limit.clamp(1, MOST_KEYS);
            let page = state.services.data.kv_list(&state.scope, &prefix, cursor.as_deref(), limit);
            in_time(page, KvError::Unavailable).await
        };
        let answer = self.checked_call("kv.list", &prefix, check, list).await?;
        Ok(answer.map(|page| KeyPage { keys: page.keys, next: page.next }).map_err(to_wit))
    }
}

impl Caller {
    fn check_kv(&self, key: &str) -> Result<(), KvError> {
        // The interface has no `denied`: an ungranted store is one that does not take anything.
        if self.denied(Access::Kv).is_some() {
            return Err(KvError::Invalid("the capability `kv` is not declared in the manifest or not granted"));
        }
        if key.is_empty() || key.len() > KV_KEY_BYTES {
            return Err(KvError::Invalid("a key has 1 to 256 bytes"));
        }
        Ok(())
    }
}

fn to_wit(error: KvError) -> Error {
    match error {
        KvError::Conflict(version) => Error::Conflict(version),
        KvError::Quota(limit) => Error::Quota(limit),
        KvError::Invalid(text) => Error::Invalid(text.into()),
        KvError::Unavailable => Error::Unavailable,
    }
}
