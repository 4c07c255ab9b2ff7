//! What an add-on is asked about its settings: whether they work, as they are entered or kept, and what can be chosen for one. What
//! it finds wrong with what is kept is noted: the installation needs to be set up until it works.

use std::collections::BTreeMap;

use annex_domain::{
    configuration::{Choice, Problem, Verdict},
    ids::{DeskId, InstallationId},
    installation::Installation,
    manifest::Manifest,
    settings::{SettingValue, check},
};
use annex_store::{
    StoreError, installations,
    settings::{self, Stored},
};

use super::{Checked, Known, check_moved, editable, sealed};
use crate::{
    Lifecycle, SettingsError, UseError,
    calls::{Callee, call_error, call_scope, use_error},
};

/// What became of trying settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tested {
    /// They work; what the add-on says of it.
    Works(Option<String>),
    /// They do not: why, in the add-on's words.
    Wrong(Vec<Problem>),
    /// The add-on could not say.
    Unknown(String),
}

impl Lifecycle {
    /// **Test connection**: whether the settings work as they were entered, secrets too. No setting is saved; an empty secret is as it
    /// is kept. Where nothing else was entered than what is kept, the answer is noted.
    ///
    /// # Errors
    /// As for [`Self::save_settings`].
    pub async fn test_settings(
        &self,
        desk: DeskId,
        id: InstallationId,
        entered: BTreeMap<String, String>,
    ) -> Result<Tested, SettingsError> {
        let installation = self.stored(desk, id).await?;
        editable(&installation)?;
        let manifest = self.current_version(&installation).await?.manifest;
        let stored = settings::list(&mut self.db.read().await?, desk, id).await?;
        let mut checked = check(&manifest.fields(), &entered, &sealed(&stored)).map_err(SettingsError::Fields)?;
        check_moved(&manifest, &mut checked, &stored)?;
        self.verify_hosts(&installation, &manifest, &checked, &stored).await?;
        self.try_keys(&installation, &manifest, &checked, &stored).await?;
        self.try_mailboxes(&installation, &manifest, &checked, &stored).await?;
        let kept = is_kept(&checked, &stored);
        let tested = self.ask_whether(&installation, checked).await;
        if kept && manifest.tries_settings() {
            self.note_tested(&installation, &tested).await?;
        }
        Ok(tested)
    }

    /// The same of what was just saved or connected: what does not work.
    pub(crate) async fn try_saved(&self, installation: &Installation, manifest: &Manifest) -> Vec<Problem> {
        if !manifest.tries_settings() {
            return Vec::new();
        }
        let tested = self.ask_whether(installation, Checked::new()).await;
        if let Err(error) = self.note_tested(installation, &tested).await {
            tracing::warn!(installation = %installation.id, %error, "what an add-on says of its settings was not noted");
        }
        if let Tested::Wrong(problems) = tested { problems } else { Vec::new() }
    }

    async fn ask_whether(&self, installation: &Installation, entered: Checked) -> Tested {
        let admitted = match self.admitted(&installation.addon, &installation.version, None).await {
            Ok(admitted) => admitted,
            Err(error) => return Tested::Unknown(use_error(error).to_string()),
        };
        let scope = call_scope(installation, &installation.version, None);
        let finished = self.sandbox.check(&admitted, scope, entered).await;
        match self.finish(installation, "check", finished).await {
            Ok(Verdict::Works(text)) => Tested::Works(text),
            Ok(Verdict::Wrong(problems)) => Tested::Wrong(problems),
            Err(error) => Tested::Unknown(error.to_string()),
        }
    }

    /// Where the add-on could not say, what it said before stands.
    async fn note_tested(&self, installation: &Installation, tested: &Tested) -> Result<(), StoreError> {
        let failed = match tested {
            Tested::Works(_) => None,
            Tested::Wrong(problems) => {
                Some(problems.iter().map(|problem| problem.text.as_str()).collect::<Vec<_>>().join(" "))
            }
            Tested::Unknown(_) => return Ok(()),
        };
        let mut tx = self.db.begin().await?;
        installations::note_check(&mut tx, installation.desk, installation.id, failed.as_deref()).await?;
        tx.commit().await
    }

    /// What can be chosen for a setting that the add-on lists the choices of; `typed` is what was typed to find one.
    ///
    /// # Errors
    /// [`UseError::NotFound`] for any other setting; why the add-on gave no answer.
    pub async fn setting_choices(
        &self,
        desk: DeskId,
        id: InstallationId,
        key: &str,
        typed: &str,
    ) -> Result<Vec<Choice>, UseError> {
        let Callee { installation, admitted } = self.callee(desk, id).await?;
        let mut settings = admitted.manifest().settings.iter();
        if !settings.any(|setting| setting.key == key && setting.choices_from.is_some()) {
            return Err(UseError::NotFound);
        }
        let scope = call_scope(&installation, &installation.version, None);
        let call = scope.scope.call;
        let finished = self.sandbox.choices(&admitted, scope, key.to_owned(), typed.to_owned()).await;
        let listed = self.finish(&installation, "choices", finished).await;
        listed.map_err(|error| call_error(error, call, &installation))
    }
}

/// Nothing else was entered than what is kept: a switch that nobody touched is off.
fn is_kept(checked: &Checked, stored: &Known) -> bool {
    checked.iter().all(|(key, value)| match (value, stored.get(key)) {
        (Some(value), Some(Stored::Plain(kept))) => value == kept,
        (None | Some(SettingValue::Flag(false)), None) => true,
        _ => false,
    })
}
