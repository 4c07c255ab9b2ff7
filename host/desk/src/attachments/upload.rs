use std::time::Duration;

use annex_domain::{
    attachment::{Attachment, HEAD, LARGEST, MediaType, file_name},
    ids::{AttachmentId, TicketId},
    operator::Actor,
    permission::Permission,
    ticket::TicketRef,
};
use annex_store::{
    Tx,
    attachments::{self, Kept, NewAttachment},
    blobs::FileWriter,
    tickets, writes,
};
use bytes::Bytes;
use futures::StreamExt as _;
use tokio::time::timeout;

use super::{Body, Files, scanner::Verdict};
use crate::{Ctx, Refusal, Rule};

/// How long it may take until all of a file is here.
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// When the bytes of one that was not kept are deleted: long after anybody still writes them.
const DUE: Duration = Duration::from_hours(1);

/// A file that is being sent.
pub struct Upload<'a> {
    /// What the sender calls it.
    pub name: String,
    /// The ticket that it is written to, where that is known: there it waits for its message.
    pub ticket: Option<TicketRef>,
    /// As it comes.
    pub body: Body<'a>,
}

/// Takes a file, which is nobody's until a message takes it. What it is called is cleaned, and what it is, its bytes say.
///
/// # Errors
/// [`Refusal::Forbidden`] without `tickets.reply`; [`Refusal::NotFound`]; [`Rule::PersonNeeded`], [`Rule::AttachmentTooLarge`],
/// [`Rule::AttachmentIncomplete`], [`Rule::NoRoom`], [`Rule::NotScanned`], [`Rule::TooManyNewFiles`]; [`Refusal::Infected`];
/// [`Refusal::Blobs`].
pub async fn upload(files: &Files, ctx: &Ctx, upload: Upload<'_>) -> Result<Attachment, Refusal> {
    let mut begun = begin(files, ctx, &upload.name, upload.ticket).await?;
    let taken = match timeout(LONGEST, begun.take(upload.body)).await {
        Ok(taken) => taken,
        Err(_) => Err(Rule::AttachmentIncomplete.into()),
    };
    match taken {
        Ok(()) => begun.finish().await,
        Err(refusal) => {
            begun.give_up().await;
            Err(refusal)
        }
    }
}

/// Begins a file that comes piece by piece: looks whether there is room at all, and notes it before its first byte is written.
///
/// # Errors
/// As [`upload`], but for what its bytes are refused for.
pub async fn begin(files: &Files, ctx: &Ctx, name: &str, ticket: Option<TicketRef>) -> Result<Begun, Refusal> {
    ctx.require(Permission::TicketsReply)?;
    ctx.maker()?;
    let id = AttachmentId::new();
    let mut tx = ctx.begin(&files.desk).await?;
    let ticket = match ticket {
        Some(ticket) => Some(tickets::find(&mut tx, ctx.desk, ticket).await?.id),
        None => None,
    };
    if attachments::used(&mut tx, ctx.desk).await? >= files.rules.room {
        return Err(Rule::NoRoom.into());
    }
    if let Actor::Addon(installation) = ctx.actor
        && !writes::count_file(&mut tx, ctx.desk, installation, ctx.now).await?
    {
        return Err(Rule::TooManyNewFiles.into());
    }
    attachments::announce(&mut tx, id, ctx.now.after(DUE)).await?;
    tx.commit().await?;
    let writer = files.blobs.write_file(id);
    let (files, ctx, name) = (files.clone(), ctx.clone(), file_name(name));
    Ok(Begun { files, ctx, id, name, ticket, writer, head: Vec::new(), size: 0 })
}

/// A file that was begun. One that is dropped was never there: the sweep deletes what there is of it.
pub struct Begun {
    files: Files,
    ctx: Ctx,
    id: AttachmentId,
    name: String,
    ticket: Option<TicketId>,
    writer: FileWriter,
    /// The first bytes.
    head: Vec<u8>,
    size: u64,
}

impl Begun {
    /// Its id, once it is finished.
    #[must_use]
    pub fn id(&self) -> AttachmentId {
        self.id
    }

    /// Adds bytes at its end.
    ///
    /// # Errors
    /// [`Rule::AttachmentTooLarge`], with nothing written; [`Refusal::Blobs`].
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), Refusal> {
        let size = self.size + bytes.len() as u64;
        if size > LARGEST {
            return Err(Rule::AttachmentTooLarge.into());
        }
        self.size = size;
        self.head.extend(bytes.iter().take(HEAD - self.head.len()));
        Ok(self.writer.write(bytes).await?)
    }

    async fn take(&mut self, mut body: Body<'_>) -> Result<(), Refusal> {
        while let Some(bytes) = body.next().await {
            self.write(bytes.map_err(|_| Rule::AttachmentIncomplete)?).await?;
        }
        Ok(())
    }

    /// Has it looked at, and keeps it.
    ///
    /// # Errors
    /// As [`upload`].
    pub async fn finish(self) -> Result<Attachment, Refusal> {
        let Self { files, ctx, id, name, ticket, writer, head, size } = self;
        writer.finish().await?;
        let kept = match look_at(&files, id).await {
            Ok(()) => {
                let attachment = Attachment { id, name, media_type: MediaType::of(&head), size };
                keep(&files, &ctx, NewAttachment { attachment, maker: ctx.maker()?, ticket }).await
            }
            Err(refusal) => Err(refusal),
        };
        // Of what failed otherwise nobody knows whether it is kept: the sweep finds out.
        if let Err(Refusal::Rule(_) | Refusal::Infected(_)) = &kept {
            drop(let_go(&files, id).await);
        }
        kept
    }

    /// Deletes what there is of it.
    async fn give_up(self) {
        self.writer.abort().await;
        drop(let_go(&self.files, self.id).await);
    }
}

async fn look_at(files: &Files, id: AttachmentId) -> Result<(), Refusal> {
    let Some(scanner) = &files.rules.scanner else { return Ok(()) };
    match scanner.look_at(files.blobs.read_file(id).await?).await {
        Verdict::Clean => Ok(()),
        Verdict::Infected(said) => Err(Refusal::Infected(said)),
        Verdict::Unknown => Err(Rule::NotScanned.into()),
    }
}

async fn keep(files: &Files, ctx: &Ctx, new: NewAttachment) -> Result<Attachment, Refusal> {
    let mut tx = ctx.begin(&files.desk).await?;
    count_bytes(&mut tx, ctx, new.attachment.size).await?;
    match attachments::keep(&mut tx, ctx.desk, &new, files.rules.room, ctx.now).await? {
        Kept::Kept => {}
        Kept::Late => return Err(Rule::AttachmentIncomplete.into()),
        Kept::Full => return Err(Rule::NoRoom.into()),
    }
    tx.commit().await?;
    Ok(new.attachment)
}

/// What add-ons make is bounded within an hour.
async fn count_bytes(tx: &mut Tx, ctx: &Ctx, bytes: u64) -> Result<(), Refusal> {
    let Actor::Addon(installation) = ctx.actor else { return Ok(()) };
    if writes::count_file_bytes(tx, ctx.desk, installation, bytes, ctx.now).await? {
        Ok(())
    } else {
        Err(Rule::TooManyNewFiles.into())
    }
}

/// Deletes what came of a file that was refused. Where that fails, the sweep does it.
async fn let_go(files: &Files, id: AttachmentId) -> Result<(), Refusal> {
    files.blobs.delete_file(id).await?;
    let mut tx = files.desk.db.begin().await?;
    attachments::forget(&mut tx, &[id]).await?;
    Ok(tx.commit().await?)
}
