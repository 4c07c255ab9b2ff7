//! Bounds on what packages and languages bring: held against every package that comes in, and, at the start, against what was
//! stored before there were bounds or under looser ones.

use annex_domain::{
    addon::Kind,
    audit::Action,
    fluent::{self, TextError},
    ids::{CallId, DeskId, InstallationId},
    installation::{Installation, Notice},
    mail::MailFacts,
    operator::Actor,
    ports::Scope,
    publisher_event::{EventData, Suspended, SuspendedWhy},
    random::error_id,
};
use annex_package::{VerifiedPackage, icon};
use annex_sandbox::{Admitted, CallError, CallScope, CompileError};
use annex_store::{StoreError, audit, catalog, installations, languages, outbox, publisher_events};
use serde_json::json;

use crate::{IntakeError, Lifecycle, LifecycleError, letters, saga::describe};

impl Lifecycle {
    /// The texts of a package that comes in: its own Fluent files, and what a language hands over when it is asked.
    pub(crate) async fn check_texts(&self, package: &VerifiedPackage, admitted: &Admitted) -> Result<(), IntakeError> {
        for (path, data) in package.assets().filter(|(path, _)| is_fluent(path)) {
            let text = std::str::from_utf8(data)
                .map_err(|_| IntakeError::Texts(wrong("fluent-syntax", path, "it is not UTF-8")))?;
            check_on_a_thread(vec![(path.to_owned(), text.to_owned())]).await.map_err(IntakeError::Texts)?;
        }
        if package.manifest().kind != Kind::Language {
            return Ok(());
        }
        let (addon, version) = (package.manifest().id.clone(), package.manifest().version.clone());
        // Of no desk: the world of languages reads nothing.
        let scope = Scope {
            desk: DeskId::new(),
            installation: InstallationId::new(),
            addon,
            version,
            call: CallId::new(),
            acts_for: None,
            causes: Vec::new(),
        };
        let call = CallScope { scope, grant: annex_domain::capability::Grant::default() };
        match self.sandbox.describe_language(admitted, call).await.result {
            Ok(_) => Ok(()),
            Err(CallError::BadTexts(error)) => Err(IntakeError::Texts(error)),
            Err(CallError::Unavailable(text)) => Err(IntakeError::Component(CompileError::Unavailable(text))),
            Err(error) => Err(IntakeError::Language(error.to_string())),
        }
    }

    /// Looks at what is stored and was not looked at before. What is bad is switched off, with a notice; what fails is logged,
    /// and done at the next start: nothing counts that was not looked at.
    pub(crate) async fn check_stored(&self) {
        if let Err(error) = self.check_languages().await {
            tracing::error!(error = describe(&error), "the languages that are installed could not be checked");
        }
        if let Err(error) = self.draw_icons().await {
            tracing::error!(error = describe(&error), "the pictures in the catalog could not be drawn");
        }
    }

    async fn check_languages(&self) -> Result<(), StoreError> {
        let unchecked = languages::unchecked(&mut self.db.read().await?).await?;
        for (desk, id) in unchecked {
            let texts = languages::texts(&mut self.db.read().await?, desk, id).await?;
            match check_on_a_thread(texts.unwrap_or_default()).await {
                Err(error) if error.is_harmful() => self.switch_off(desk, id, &error).await?,
                _ => {
                    let mut tx = self.db.begin().await?;
                    languages::set_checked(&mut tx, desk, id).await?;
                    tx.commit().await?;
                }
            }
        }
        Ok(())
    }

    /// One that does not run stays as it is, and cannot be activated.
    async fn switch_off(&self, desk: DeskId, id: InstallationId, error: &TextError) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let Some(installation) = installations::get(&mut tx, desk, id).await? else { return Ok(()) };
        let addon = installation.addon.clone();
        let notice = Notice {
            error_id: error_id(),
            code: error.code.into(),
            text: format!("its texts are not taken any more, so it was switched off: {error}. Update or uninstall it"),
        };
        let detail =
            json!({ "installation": id, "error_id": notice.error_id, "code": error.code, "why": error.to_string() });
        let facts = MailFacts::Suspended {
            addon: letters::addon(&mut tx, &installation).await?,
            version: installation.version.to_string(),
            traps: 0,
            update: None,
            error_id: notice.error_id.clone(),
            lost: false,
            texts: Some(error.to_string()),
        };
        let key = format!("texts-refused:{}", notice.error_id);
        let Ok(suspended) = installation.suspend(notice, now) else { return Ok(()) };
        installations::save(&mut tx, &suspended).await?;
        audit::append(&mut tx, desk, Actor::System, Action::AddonSuspend, addon.as_str(), &detail, now).await?;
        outbox::put(&mut tx, desk, id, "app.suspended", &detail, now).await?;
        let told = EventData::Suspended(Suspended { why: SuspendedWhy::Texts });
        publisher_events::put(&mut tx, &suspended, &told, now).await?;
        letters::put_to_managers(&mut tx, &suspended, &key, &facts, now).await?;
        tx.commit().await?;
        tracing::warn!(%addon, installation = %id, code = error.code, %error, "a language was switched off");
        Ok(())
    }

    /// A language runs with its texts or not at all: they are looked at again before it is switched on.
    pub(crate) async fn check_language(&self, installation: &Installation) -> Result<(), LifecycleError> {
        if installation.kind != Kind::Language {
            return Ok(());
        }
        let (desk, id) = (installation.desk, installation.id);
        let texts = languages::texts(&mut self.db.read().await?, desk, id).await?;
        let texts = texts.ok_or(LifecycleError::NotFound("texts of the language"))?;
        match check_on_a_thread(texts).await {
            Err(error) if error.is_harmful() => Err(LifecycleError::Texts(error)),
            _ => {
                let mut tx = self.db.begin().await?;
                languages::set_checked(&mut tx, desk, id).await?;
                Ok(tx.commit().await?)
            }
        }
    }

    async fn draw_icons(&self) -> Result<(), StoreError> {
        while let Some(raw) = catalog::raw_icon(&mut self.db.read().await?).await? {
            let catalog::RawIcon { addon, version, data } = raw;
            let drawn = tokio::task::spawn_blocking(move || icon::redraw("icon", &data).ok()).await.unwrap_or_default();
            if drawn.is_none() {
                tracing::warn!(%addon, %version, "its picture cannot be drawn, and is not shown any more");
            }
            let mut tx = self.db.begin().await?;
            catalog::set_icon(&mut tx, &addon, &version, drawn.as_deref()).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

/// Parsing takes milliseconds of processor time.
async fn check_on_a_thread(texts: Vec<(String, String)>) -> Result<(), TextError> {
    let check = move || fluent::check(texts.iter().map(|(name, text)| (&**name, &**text)));
    tokio::task::spawn_blocking(check)
        .await
        .unwrap_or_else(|panic| Err(wrong("fluent-failed", "?", &panic.to_string())))
}

fn is_fluent(path: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|extension| extension == "ftl")
}

fn wrong(code: &'static str, file: &str, message: &str) -> TextError {
    TextError { code, file: file.into(), line: 1, message: message.into() }
}
