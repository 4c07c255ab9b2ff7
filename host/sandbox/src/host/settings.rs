//! `settings` and `about`: need no capability, but settings answer only for keys that the manifest declares. A secret is
//! answered as "set" without its value: which kind a key has is decided by the manifest, not by what is stored.

use annex_domain::{
    ports::{InstallationFacts, RecordError},
    settings::{SettingKind, SettingValue},
};
use secrecy::{ExposeSecret as _, SecretString};

use super::{in_time, outcome};
use crate::state::Caller;

/// What a setting holds, as a component may know it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Held {
    Value(SettingValue),
    /// It is set.
    Secret,
}

impl Caller {
    pub(crate) async fn setting(&mut self, key: String) -> wasmtime::Result<Option<Held>> {
        let answer =
            self.host_call("settings.get", &key, async |state| state.read_setting(&key).await, outcome).await?;
        Ok(answer.unwrap_or_default())
    }

    async fn read_setting(&self, key: &str) -> Result<Option<Held>, RecordError> {
        let Some(setting) = self.manifest.settings.iter().find(|setting| setting.key == key) else {
            return Ok(None);
        };
        let data = &self.services.data;
        if setting.kind == SettingKind::Mailbox {
            let complete = in_time(data.mailboxes(&self.scope), RecordError::Unavailable).await?;
            return Ok(complete.iter().any(|mailbox| mailbox.setting == key).then_some(Held::Secret));
        }
        if matches!(setting.kind, SettingKind::Secret | SettingKind::OAuth2) {
            let secret = self.entered_credential(key).await?;
            return Ok(secret.filter(|secret| !secret.expose_secret().is_empty()).map(|_| Held::Secret));
        }
        let stored = self.entered_setting(key).await?;
        let value = stored.or_else(|| setting.default.as_deref().and_then(|text| setting.parse(text).ok()));
        Ok(value.map(Held::Value))
    }

    /// As it is tried, else as it is kept.
    pub(super) async fn entered_setting(&self, key: &str) -> Result<Option<SettingValue>, RecordError> {
        match self.lent.setting(key) {
            Some(entered) => Ok(entered),
            None => in_time(self.services.data.setting(&self.scope, key), RecordError::Unavailable).await,
        }
    }

    /// The same for a credential.
    pub(super) async fn entered_credential(&self, key: &str) -> Result<Option<SecretString>, RecordError> {
        match self.lent.credential(key) {
            Some(entered) => Ok(entered),
            None => in_time(self.services.data.credential(&self.scope, key), RecordError::Unavailable).await,
        }
    }

    /// Empty when the store failed: the interface has no error.
    pub(crate) async fn installation(&mut self) -> wasmtime::Result<InstallationFacts> {
        let read = async |state: &mut Self| {
            in_time(state.services.data.installation(&state.scope), RecordError::Unavailable).await
        };
        let answer = self.host_call("about.get", "", read, outcome).await?;
        Ok(answer.unwrap_or_default())
    }
}
