//! The job `mail-came`: a mail is lent to its add-on, and what that makes of it is written in one transaction with the end of the job. The bytes are deleted once nobody needs them.
//!
//! An add-on that fails at a mail is asked [`ATTEMPTS`] times. Then the mail itself becomes a message, as a file, so that nothing that somebody
//! sends vanishes. One that stops the host as often as [`jobs::DEATHS`] is set aside for people to decide, and those after it go on.

use annex_domain::{
    addon::Digest,
    channel::{Attached, Inbound, InboundMail, InboundMessage, Joins, Origin, Person},
    clock::Timestamp,
    ids::InstallationId,
    installation::Installation,
    ports::{FileFacts, RecordError},
};
use annex_sandbox::CallError;
use annex_store::{
    StoreError,
    blobs::BlobError,
    channels::{self, What},
    jobs::{self, Job},
    mailboxes,
};
use bytes::Bytes;

use crate::{
    Lifecycle, UseError,
    calls::{Callee, call_scope},
    channel::take_in,
    saga::describe,
};

/// How often an add-on is asked that fails.
const ATTEMPTS: u32 = 3;
/// What a mail is called whose subject and sender nobody has read, and who is behind it.
const UNREAD: &str = "Unread mail";

/// What the job says.
struct Came {
    installation: InstallationId,
    setting: String,
    digest: Digest,
    at: i64,
}

impl Came {
    fn read(job: &Job) -> Option<Self> {
        let text = |name: &str| job.payload.get(name).and_then(|value| value.as_str());
        Some(Self {
            installation: text("installation")?.parse().ok()?,
            setting: text("setting")?.to_owned(),
            digest: text("digest")?.parse().ok()?,
            at: job.payload.get("came")?.as_i64()?,
        })
    }
}

impl Lifecycle {
    /// Runs a job `mail-came`.
    pub(crate) async fn mail_came(&self, job: &Job) -> Result<(), StoreError> {
        let (Some(desk), Some(came)) = (job.desk, Came::read(job)) else {
            return self.give_up(job, "the job names no mail").await;
        };
        let callee = match self.mail_callee(desk, came.installation).await {
            Ok(callee) => callee,
            Err(UseError::Store(error)) => return Err(error),
            // Nothing says any more that the bytes are needed. While it is being uninstalled, something does.
            Err(UseError::NotFound) => {
                self.finish_job(job).await?;
                return self.forget(came.installation, &came.digest).await;
            }
            Err(error) => return self.try_later(job, &error.to_string(), None).await,
        };
        let raw = match self.blobs.mails_of(came.installation).get(&came.digest).await {
            Ok(raw) => raw,
            Err(error @ (BlobError::NotFound(_) | BlobError::Damaged(_))) => {
                return self.give_up(job, &describe(&error)).await;
            }
            Err(error) => return self.try_later(job, &describe(&error), None).await,
        };
        self.hold_job(job).await?;
        let Callee { installation, admitted } = &callee;
        let raw_mail = FileFacts {
            id: came.digest.to_string(),
            name: "mail.eml".into(),
            media_type: "message/rfc822".into(),
            size: raw.len() as u64,
        };
        let mail = InboundMail { mailbox: came.setting.clone(), raw: raw_mail, received: Timestamp(came.at) };
        let scope = call_scope(installation, &installation.version, None);
        let finished = self.sandbox.receive_mail(admitted, scope, mail, raw.clone()).await;
        let (code, why) = match self.finish(installation, "receive-mail", finished).await {
            Ok(made) => match self.keep_mail(job, installation, &came, &made).await {
                // Such as a file that it has not made.
                Err(error @ StoreError::Invalid { .. }) => ("invalid", error.to_string()),
                other => return other,
            },
            Err(CallError::Busy) => return self.try_later(job, "the add-on is busy", None).await,
            Err(error) => (error.code(), error.to_string()),
        };
        let done = if job.attempts < ATTEMPTS {
            self.try_later(job, &why, None).await
        } else {
            let unread = self.unread(installation, &came, raw, &why).await;
            self.keep_mail(job, installation, &came, &[Inbound::Message(Box::new(unread))]).await
        };
        self.note_state(installation, What::Received, code, &why).await;
        done
    }

    /// Runs a job `mail-gone`.
    pub(crate) async fn mail_gone(&self, job: &Job) -> Result<(), StoreError> {
        let text = |name: &str| job.payload.get(name).and_then(|value| value.as_str());
        let installation = text("installation").and_then(|text| text.parse().ok());
        let digest = text("digest").and_then(|text| text.parse().ok());
        let (Some(installation), Some(digest)) = (installation, digest) else {
            return self.give_up(job, "the job names no mail").await;
        };
        self.forget(installation, &digest).await?;
        self.finish_job(job).await
    }

    /// The message for a mail that its add-on could not read. Nobody knows who wrote it: it is not read here, where nothing bounds what it
    /// does.
    async fn unread(&self, of: &Installation, came: &Came, raw: Bytes, why: &str) -> InboundMessage {
        let (attachments, unsupported) = match self.raw_file(of, raw).await {
            Ok(id) => (vec![Attached { id, content_id: None }], Vec::new()),
            Err(error) => (Vec::new(), vec![format!("the mail itself was not kept: {error}")]),
        };
        InboundMessage {
            external_id: came.digest.to_string(),
            revision: None,
            threads: vec![came.digest.to_string()],
            joins: Joins::Members,
            sender: Person { handle: UNREAD.into(), name: UNREAD.into(), email: None, phone: None },
            copies: Vec::new(),
            subject: Some(UNREAD.into()),
            text: format!("A mail could not be read, and is attached as it came: {why}"),
            html: None,
            attachments,
            unsupported,
            origin: Origin::Automatic,
            answers: None,
            sent_at: None,
        }
    }

    /// Keeps a raw mail as a file that the add-on has made, under the rules for those.
    async fn raw_file(&self, of: &Installation, raw: Bytes) -> Result<String, RecordError> {
        let scope = call_scope(of, &of.version, None).scope;
        let mut file = self.sandbox.data().create_file(&scope, "mail.eml").await?;
        file.append(raw.into()).await?;
        Ok(file.finish().await?.id)
    }

    async fn keep_mail(&self, job: &Job, of: &Installation, came: &Came, made: &[Inbound]) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        for brought in made {
            take_in(&mut tx, of, brought, now).await?;
        }
        mailboxes::written(&mut tx, of.desk, of.id, &came.digest, now).await?;
        let detail = format!("{} messages of a mail", made.len());
        channels::put_state(&mut tx, of.desk, of.id, What::Received, "ok", &detail, now).await?;
        jobs::finish(&mut tx, job).await?;
        tx.commit().await?;
        self.forget(of.id, &came.digest).await
    }

    /// Deletes the bytes of a mail, unless another mailbox of the installation has brought the same and waits.
    pub(super) async fn forget(&self, of: InstallationId, digest: &Digest) -> Result<(), StoreError> {
        if mailboxes::is_needed(&mut self.db.read().await?, of, digest).await? {
            return Ok(());
        }
        if let Err(error) = self.blobs.mails_of(of).delete(digest).await {
            tracing::warn!(%digest, error = describe(&error), "the bytes of a mail could not be deleted");
        }
        Ok(())
    }
}
