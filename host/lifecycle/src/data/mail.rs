//! Mailboxes as channels know and use them: what the port of mails does.

use std::time::Duration;

use annex_domain::{
    mailbox::{Envelope, MailOutcome},
    ports::{FileReach, Mailbox, RecordError, Scope},
    settings::Setting,
};
use annex_store::{StoreError, catalog, channels::What};

use super::{HostData, record_error};
use crate::{
    channel::note,
    connections::TokenError,
    mailboxes::{Entered, entered},
};

/// After which a mail is tried again that no account could be logged in with.
const PAUSE: Duration = Duration::from_secs(60);

impl HostData {
    pub(super) async fn complete_mailboxes(&self, scope: &Scope) -> Result<Vec<Mailbox>, RecordError> {
        let mut found = Vec::new();
        for setting in self.mailbox_settings(scope).await.map_err(record_error(scope))? {
            if let Some(Entered { mailbox, .. }) = self.entered(scope, &setting).await.map_err(record_error(scope))? {
                let name = mailbox.name.unwrap_or_default();
                found.push(Mailbox { setting: setting.key, address: mailbox.address, name });
            }
        }
        Ok(found)
    }

    /// Whoever waits for it may go: it is sent all the same, or not, and how it went is noted.
    pub(super) async fn send_raw(
        &self,
        scope: &Scope,
        setting: &str,
        envelope: Envelope,
        raw: &str,
    ) -> Result<MailOutcome, RecordError> {
        let settings = self.mailbox_settings(scope).await.map_err(record_error(scope))?;
        let setting = settings.into_iter().find(|one| one.key == setting).ok_or(RecordError::NotFound)?;
        let entered = self.entered(scope, &setting).await.map_err(record_error(scope))?;
        let Entered { mailbox, secret } = entered.ok_or(RecordError::NotFound)?;
        let at = (scope.desk, scope.installation);
        let login = match secret.login(self.connections().as_ref()).await {
            Ok(login) => login,
            Err(TokenError::Store(error)) => return Err(record_error(scope)(error)),
            Err(error) => {
                let why = error.to_string();
                note(&self.db, at, What::Sent, ("later", why.as_str()), self.clock.now()).await;
                return Ok(MailOutcome::Later(why, PAUSE));
            }
        };
        let file = self.seen_file(scope, raw, FileReach::Own).await?;
        let length = u32::try_from(file.size).unwrap_or(u32::MAX);
        let raw = self.read_piece(scope, &file, 0, length).await?;
        let data = self.clone();
        let sending = tokio::spawn(async move {
            let sent = annex_mailbox::send(&data.mail_network, &mailbox, &login, &envelope, &raw).await;
            if let Err(error) = secret.heed(sent.as_ref().err(), &login, data.connections().as_ref()).await {
                tracing::warn!(installation = %at.1, %error, "that a token was refused could not be noted");
            }
            let outcome = sent.unwrap_or_else(|error| MailOutcome::Later(error.to_string(), PAUSE));
            let (word, detail) = match &outcome {
                MailOutcome::Sent(_) => ("ok", ""),
                MailOutcome::Later(why, _) => ("later", why.as_str()),
                MailOutcome::Unknown(why) => ("unclear", why.as_str()),
                MailOutcome::Refused(why) => ("failed", why.as_str()),
            };
            note(&data.db, at, What::Sent, (word, detail), data.clock.now()).await;
            outcome
        });
        Ok(sending.await.unwrap_or_else(|error| MailOutcome::Unknown(error.to_string())))
    }

    async fn mailbox_settings(&self, scope: &Scope) -> Result<Vec<Setting>, StoreError> {
        let mut conn = self.read(scope).await?;
        let version = catalog::version(&mut conn, &scope.addon, &scope.version).await?;
        Ok(version.map(|version| version.manifest.mailboxes().cloned().collect()).unwrap_or_default())
    }

    async fn entered(&self, scope: &Scope, setting: &Setting) -> Result<Option<Entered>, StoreError> {
        let mut conn = self.read(scope).await?;
        entered(&mut conn, &self.vault, (scope.desk, scope.installation, &scope.addon), setting).await
    }
}
