use std::time::Duration;

use annex_domain::{
    attachment::{Attachment, HEAD, LARGEST, MediaType, file_name},
    ids::{AttachmentId, TicketId},
    permission::Permission,
    ticket::TicketRef,
};
use annex_store::{
    attachments::{self, Kept, NewAttachment},
    blobs::FileWriter,
    tickets,
};
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
/// [`Rule::AttachmentIncomplete`], [`Rule::NoRoom`], [`Rule::NotScanned`]; [`Refusal::Infected`]; [`Refusal::Blobs`].
pub async fn upload(files: &Files, ctx: &Ctx, upload: Upload<'_>) -> Result<Attachment, Refusal> {
    ctx.require(Permission::TicketsReply)?;
    let operator = ctx.operator()?;
    let id = AttachmentId::new();
    let ticket = announce(files, ctx, id, upload.ticket).await?;
    let taken = match receive(files, id, upload.body).await {
        Ok((media_type, size)) => {
            let attachment = Attachment { id, name: file_name(&upload.name), media_type, size };
            keep(files, ctx, NewAttachment { attachment, operator, ticket }).await
        }
        Err(refusal) => Err(refusal),
    };
    // Of what failed otherwise nobody knows whether it is kept: the sweep finds out.
    if let Err(Refusal::Rule(_) | Refusal::Infected(_)) = &taken {
        drop(let_go(files, id).await);
    }
    taken
}

/// Looks whether there is room at all, and notes the file before its first byte is written.
async fn announce(
    files: &Files,
    ctx: &Ctx,
    id: AttachmentId,
    ticket: Option<TicketRef>,
) -> Result<Option<TicketId>, Refusal> {
    let mut tx = ctx.begin(&files.desk).await?;
    let ticket = match ticket {
        Some(ticket) => Some(tickets::find(&mut tx, ctx.desk, ticket).await?.id),
        None => None,
    };
    if attachments::used(&mut tx, ctx.desk).await? >= files.rules.room {
        return Err(Rule::NoRoom.into());
    }
    attachments::announce(&mut tx, id, ctx.now.after(DUE)).await?;
    tx.commit().await?;
    Ok(ticket)
}

/// Writes what comes, and has it looked at.
async fn receive(files: &Files, id: AttachmentId, body: Body<'_>) -> Result<(MediaType, u64), Refusal> {
    let mut writer = files.blobs.write_file(id);
    let copied = match timeout(LONGEST, copy(body, &mut writer)).await {
        Ok(copied) => copied,
        Err(_) => Err(Rule::AttachmentIncomplete.into()),
    };
    let (head, size) = match copied {
        Ok(copied) => copied,
        Err(refusal) => {
            writer.abort().await;
            return Err(refusal);
        }
    };
    writer.finish().await?;
    if let Some(scanner) = &files.rules.scanner {
        match scanner.look_at(files.blobs.read_file(id).await?).await {
            Verdict::Clean => {}
            Verdict::Infected(said) => return Err(Refusal::Infected(said)),
            Verdict::Unknown => return Err(Rule::NotScanned.into()),
        }
    }
    Ok((MediaType::of(&head), size))
}

/// The first bytes, and how many there were.
async fn copy(mut body: Body<'_>, writer: &mut FileWriter) -> Result<(Vec<u8>, u64), Refusal> {
    let (mut head, mut size) = (Vec::new(), 0);
    while let Some(bytes) = body.next().await {
        let bytes = bytes.map_err(|_| Rule::AttachmentIncomplete)?;
        size += bytes.len() as u64;
        if size > LARGEST {
            return Err(Rule::AttachmentTooLarge.into());
        }
        head.extend(bytes.iter().take(HEAD - head.len()));
        writer.write(bytes).await?;
    }
    Ok((head, size))
}

async fn keep(files: &Files, ctx: &Ctx, new: NewAttachment) -> Result<Attachment, Refusal> {
    let mut tx = ctx.begin(&files.desk).await?;
    match attachments::keep(&mut tx, ctx.desk, &new, files.rules.room, ctx.now).await? {
        Kept::Kept => {}
        Kept::Late => return Err(Rule::AttachmentIncomplete.into()),
        Kept::Full => return Err(Rule::NoRoom.into()),
    }
    tx.commit().await?;
    Ok(new.attachment)
}

/// Deletes what came of a file that was refused. Where that fails, the sweep does it.
async fn let_go(files: &Files, id: AttachmentId) -> Result<(), Refusal> {
    files.blobs.delete_file(id).await?;
    let mut tx = files.desk.db.begin().await?;
    attachments::forget(&mut tx, &[id]).await?;
    Ok(tx.commit().await?)
}
