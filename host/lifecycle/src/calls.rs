//! Calls of components: who may be called, with which scope, and what becomes of the result. Calls of one installation
//! run side by side, as many as the sandbox lets in.

use annex_domain::{
    addon::Version,
    capability::Grant,
    ids::{CallId, DeskId, InstallationId},
    installation::Installation,
    language::LanguagePack,
    ports::{ActsFor, Scope},
    random::error_id,
    ui::Fault,
};
use annex_sandbox::{Admitted, CallError, CallScope, Finished};
use annex_store::{desks, installations};

use crate::{
    Lifecycle, UseError,
    components::LoadError,
    meter::Record,
    saga::{StepError, describe},
};

/// A lifecycle hook. **Called at least once**: after a crash the step that calls it happens again.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Hook<'a> {
    Install,
    /// From that version.
    Update(&'a Version),
    Uninstall,
}

/// Something that can be called.
pub(crate) struct Callee {
    pub(crate) installation: Installation,
    pub(crate) admitted: Admitted,
}

impl Lifecycle {
    /// An installation that runs, ready to be called.
    pub(crate) async fn callee(&self, desk: DeskId, id: InstallationId) -> Result<Callee, UseError> {
        let installation = installations::known_one(&self.db, desk, id).await?.ok_or(UseError::NotFound)?;
        if !desks::known(&self.db, desk).await?.status.works() {
            return Err(UseError::DeskSuspended);
        }
        if !installation.runs() {
            return Err(UseError::NotRunning(installation.status));
        }
        // Nothing else about money stops an add-on: not a missing entitlement, nor one that has run out (R62).
        if let Some(status) = self.known_revoked(desk, id).await? {
            return Err(UseError::NotRunning(status));
        }
        let loaded = self.admitted(&installation.addon, &installation.version, None).await;
        if let Err(error) = &loaded {
            self.note_lost(&installation, error).await;
        }
        Ok(Callee { admitted: loaded.map_err(use_error)?, installation })
    }

    /// Records what a call cost and how it ended; three traps within an hour suspend.
    pub(crate) async fn finish<T>(
        &self,
        installation: &Installation,
        kind: &'static str,
        finished: Finished<T>,
    ) -> Result<T, CallError> {
        let Finished { result, report } = finished;
        // It was not called, and a flood of calls must not become one of records.
        if matches!(result, Err(CallError::Busy)) {
            return result;
        }
        let (desk, id, call) = (installation.desk, installation.id, report.call);
        let error = result.as_ref().err();
        let trapped = error.is_some_and(CallError::is_trap);
        let why = error.map(|error| (error.code(), error.to_string()));
        if let (true, Some((_, text))) = (trapped, &why)
            && let Err(error) = self.after_trap(desk, id, call, text).await
        {
            tracing::error!(installation = %id, %error, "a trap could not be counted");
        }
        self.meter.record(Record { desk, installation: id, kind, error: why, trapped, report }).await;
        result
    }

    /// Calls a lifecycle hook, whatever the status of the installation. Its fault is final, the host's passes.
    pub(crate) async fn call_hook(
        &self,
        installation: &Installation,
        version: &Version,
        hook: Hook<'_>,
    ) -> Result<(), StepError> {
        let admitted = self.admitted(&installation.addon, version, None).await?;
        let scope = call_scope(installation, version, None);
        let (kind, code, finished) = match hook {
            Hook::Install => ("install", "install-hook-failed", self.sandbox.install(&admitted, scope).await),
            Hook::Update(from) => ("update", "update-hook-failed", self.sandbox.update(&admitted, scope, from).await),
            Hook::Uninstall => ("uninstall", "uninstall-hook-failed", self.sandbox.uninstall(&admitted, scope).await),
        };
        match self.finish(installation, kind, finished).await {
            Ok(()) => Ok(()),
            Err(CallError::Unavailable(text)) => Err(StepError::Later(text)),
            Err(error) => Err(StepError::last(code, error.to_string())),
        }
    }

    /// Fetches the translation of a language add-on.
    pub(crate) async fn fetch_language(
        &self,
        installation: &Installation,
        version: &Version,
    ) -> Result<LanguagePack, StepError> {
        let admitted = self.admitted(&installation.addon, version, None).await?;
        let finished = self.sandbox.describe_language(&admitted, call_scope(installation, version, None)).await;
        match self.finish(installation, "describe-language", finished).await {
            Ok(pack) => Ok(pack),
            Err(CallError::Unavailable(text)) => Err(StepError::Later(text)),
            Err(CallError::BadTexts(error)) => Err(StepError::last(error.code, error.to_string())),
            Err(error) => Err(StepError::last("language-failed", error.to_string())),
        }
    }
}

/// On whose behalf a version of an installation is called; without an operator, the add-on acts for itself.
pub(crate) fn call_scope(installation: &Installation, version: &Version, acts_for: Option<ActsFor>) -> CallScope {
    let scope = Scope {
        desk: installation.desk,
        installation: installation.id,
        addon: installation.addon.clone(),
        version: version.clone(),
        call: CallId::new(),
        acts_for,
        causes: Vec::new(),
    };
    let grant: Grant = installation.grant.clone();
    CallScope { scope, grant }
}

/// What a caller is told about a component that cannot be loaded.
pub(crate) fn use_error(error: LoadError) -> UseError {
    match error {
        LoadError::Blocked => UseError::Blocked,
        LoadError::Store(error) => UseError::Store(error),
        other => {
            let text = describe(&other);
            tracing::error!(code = other.code(), error = text, "a component cannot be loaded");
            UseError::Unavailable(text)
        }
    }
}

/// What a caller is told about a call that gave no answer. `call`: to find it in the log.
pub(crate) fn call_error(error: CallError, call: CallId, installation: &Installation) -> UseError {
    let id = error_id();
    let code = error.code();
    if !matches!(error, CallError::Fault(_) | CallError::NotPermitted(_) | CallError::Busy) {
        tracing::warn!(error_id = id, code, addon = %installation.addon, installation = %installation.id, %call, error = error.to_string(),
            "an add-on gave no answer");
    }
    match error {
        CallError::Fault(Fault::Internal(detail)) => UseError::Failed { error_id: id, code: "internal", detail, call },
        CallError::Fault(fault) => UseError::Fault(fault),
        CallError::NotPermitted(needed) => UseError::NotPermitted(needed),
        CallError::Deadline => UseError::Deadline { error_id: id, call },
        CallError::Busy => UseError::Busy,
        CallError::Unavailable(text) => UseError::Unavailable(text),
        other => UseError::Failed { error_id: id, code, detail: other.to_string(), call },
    }
}
