//! `settings`: needs no capability, but answers only for keys that the manifest declares. A secret is answered as
//! "set" without its value: which kind a key has is decided by the manifest, not by what is stored.

use annex_domain::{
    ports::RecordError,
    settings::{SettingKind, SettingValue},
};
use secrecy::ExposeSecret as _;

use super::{in_time, outcome};
use crate::{
    bindings::v0_1::settings::{Host, Value},
    state::Caller,
};

impl Host for Caller {
    async fn get(&mut self, key: String) -> wasmtime::Result<Option<Value>> {
        let answer =
            self.host_call("settings.get", &key, async |state| state.read_setting(&key).await, outcome).await?;
        Ok(answer.unwrap_or_default())
    }
}

impl Caller {
    async fn read_setting(&self, key: &str) -> Result<Option<Value>, RecordError> {
        let Some(setting) = self.manifest.settings.iter().find(|setting| setting.key == key) else {
            return Ok(None);
        };
        let data = &self.services.data;
        if setting.kind == SettingKind::Secret {
            let secret = in_time(data.credential(&self.scope, key), RecordError::Unavailable).await?;
            return Ok(secret.filter(|secret| !secret.expose_secret().is_empty()).map(|_| Value::Secret));
        }
        let stored = in_time(data.setting(&self.scope, key), RecordError::Unavailable).await?;
        let value = stored.or_else(|| setting.default.as_deref().and_then(|text| setting.parse(text).ok()));
        Ok(value.map(|value| match value {
            SettingValue::Flag(flag) => Value::Flag(flag),
            SettingValue::Number(number) => Value::Number(number),
            SettingValue::Text(text) => Value::Text(text),
        }))
    }
}
