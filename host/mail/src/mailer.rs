//! Sends a mail that waits in the store: renders it once, hands it to the server, and notes what came of it. Answers with
//! 4xx, and networks that fail, leave it waiting; 5xx is the server's last word, which the outbox shows.

use std::sync::Arc;

use annex_domain::{
    clock::Clock,
    ids::{DeskId, MailId},
    mail::MailFacts,
    ports::{MailSender, Posted},
};
use annex_i18n::I18n;
use annex_store::{
    Db, StoreError, desks,
    mails::{self, Content, Mail, MailState},
    operators,
};
use async_trait::async_trait;
use lettre::message::Mailbox;
use url::Url;

use crate::{
    error::MailError,
    letter::{Letter, Reader},
    message::{Envelope, message, sender},
    transport::{NotSent, Transport},
};

/// With the pauses of the jobs (seconds at first, then an hour) this is about five days, as RFC 5321 asks for.
const TRIES: u32 = 130;

/// What the operator of the host decided about mail.
#[derive(Debug, Clone)]
pub struct MailConfig {
    /// Where mails go.
    pub transport: Transport,
    /// Who writes them; made by [`sender`] of the configured text.
    pub from: Mailbox,
    /// Where browsers reach the host: links lead there.
    pub public_url: Url,
    /// Below which desks have host names of their own: links to what is a desk's lead to its name.
    pub desk_domain: Option<String>,
}

impl MailConfig {
    /// Where mails go, and from whom: `from`, or `annex@` the host of `public_url`.
    ///
    /// # Errors
    /// [`MailError::Sender`].
    pub fn new(
        transport: Transport,
        from: Option<&str>,
        public_url: Url,
        desk_domain: Option<String>,
    ) -> Result<Self, MailError> {
        let from = match from {
            Some(text) => sender(text)?,
            None => sender(&format!("Annex <annex@{}>", mail_domain(&public_url)))?,
        };
        Ok(Self { transport, from, public_url, desk_domain })
    }
}

/// Addresses are no domains for a sender: `[127.0.0.1]` is legal, but refused nearly everywhere.
fn mail_domain(url: &Url) -> String {
    url.domain().unwrap_or("localhost").to_owned()
}

/// What a [`Mailer`] is made of.
pub struct MailerParts {
    /// Everything that lasts.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Languages.
    pub i18n: I18n,
    /// As configured.
    pub config: MailConfig,
}

/// Sends mails. Cheap to clone.
#[derive(Clone)]
pub struct Mailer(Arc<MailerParts>);

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailer").field("config", &self.0.config).finish_non_exhaustive()
    }
}

#[async_trait]
impl MailSender for Mailer {
    async fn send(&self, desk: DeskId, mail: MailId, tries: u32) -> Posted {
        match self.send_once(desk, mail, tries).await {
            Ok(posted) => posted,
            Err(error) => Posted::Later(format!("the store failed: {error}")),
        }
    }
}

impl Mailer {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: MailerParts) -> Self {
        Self(Arc::new(parts))
    }

    /// Host and port of the SMTP server; none when mails are kept.
    #[must_use]
    pub fn server(&self) -> Option<&str> {
        self.0.config.transport.server()
    }

    async fn send_once(&self, desk: DeskId, id: MailId, tries: u32) -> Result<Posted, StoreError> {
        let found = mails::get(&mut self.0.db.read().await?, desk, id).await;
        let mail = match found {
            Err(StoreError::NotFound(_)) => return Ok(Posted::Done),
            other => other?,
        };
        if mail.state != MailState::Waiting {
            return Ok(Posted::Done);
        }
        let (state, error, posted) = match self.post(&mail).await {
            Ok(state) => (state, None, Posted::Done),
            Err(Undone::Store(error)) => return Err(error),
            Err(Undone::NotSent(NotSent::Later(words))) if tries < TRIES => {
                (MailState::Waiting, Some(words.clone()), Posted::Later(words))
            }
            Err(Undone::NotSent(NotSent::Refused(words) | NotSent::Later(words))) => {
                tracing::warn!(mail = %mail.id, kind = %mail.kind, error = words, "a mail was not sent");
                (MailState::Failed, Some(words), Posted::Done)
            }
        };
        let mut tx = self.0.db.begin().await?;
        mails::settle(&mut tx, desk, id, state, error.as_deref(), self.0.clock.now()).await?;
        tx.commit().await?;
        Ok(posted)
    }

    /// Renders and sends. What cannot be written now will not be written next time either.
    async fn post(&self, mail: &Mail) -> Result<MailState, Undone> {
        let letter = self.letter(mail).await?;
        let MailConfig { transport, from, .. } = &self.0.config;
        let Transport::Smtp(smtp) = transport else { return Ok(MailState::Kept) };
        let envelope = Envelope { from, to: &mail.to, id: mail.id, written_at: mail.created_at };
        smtp.send(message(&envelope, &letter)?).await?;
        Ok(MailState::Sent)
    }

    /// As it was rendered before, else rendered now and stored before it is sent, so that a repeat says the same. A mail with a
    /// secret is stored without it, and rendered with it for each try.
    async fn letter(&self, mail: &Mail) -> Result<Letter, Undone> {
        let mut conn = self.0.db.read().await?;
        let desk = desks::get(&mut conn, mail.desk).await?;
        let operator = match mail.operator {
            None => None,
            Some(id) => match operators::get(&mut conn, mail.desk, id).await {
                Err(StoreError::NotFound(_)) => None,
                other => Some(other?),
            },
        };
        let language = operator.as_ref().and_then(|operator| operator.locale.as_deref()).unwrap_or(&desk.locale);
        let secret = mails::secret(&mut conn, mail.desk, mail.id).await?;
        if secret.is_none()
            && let Some(Content { subject, html, text }) = mail.content.clone()
        {
            return Ok(Letter { language: language.to_owned(), subject, html, text });
        }
        drop(conn);
        let t = self.0.i18n.languages(&self.0.db, mail.desk).await?.translator(language);
        let t = t.in_zone(desk.zone_of(operator.as_ref()));
        let MailConfig { public_url: host_url, desk_domain, .. } = &self.0.config;
        let desk_url = &desk.base(host_url, desk_domain.as_deref());
        let reader = Reader { t: &t, desk: &desk, operator: operator.as_ref(), host_url, desk_url, secret: None };
        let facts = serde_json::from_value::<MailFacts>(mail.args.clone());
        let facts = facts.map_err(|error| MailError::Facts(error.to_string()))?;
        let letter = Letter::write(&reader, &facts)?;
        let Letter { subject, html, text, .. } = letter.clone();
        let mut tx = self.0.db.begin().await?;
        mails::set_content(&mut tx, mail.desk, mail.id, &Content { subject, html, text }, self.0.clock.now()).await?;
        tx.commit().await?;
        match secret {
            Some(secret) => Ok(Letter::write(&Reader { secret: Some(&secret), ..reader }, &facts)?),
            None => Ok(letter),
        }
    }
}

/// Why a mail did not leave: for itself or its way, or because the store failed.
#[derive(Debug)]
enum Undone {
    NotSent(NotSent),
    Store(StoreError),
}

impl From<NotSent> for Undone {
    fn from(error: NotSent) -> Self {
        Self::NotSent(error)
    }
}

impl From<MailError> for Undone {
    fn from(error: MailError) -> Self {
        Self::NotSent(NotSent::Refused(error.to_string()))
    }
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

#[cfg(test)]
mod tests;
