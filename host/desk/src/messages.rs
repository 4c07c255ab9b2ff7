//! Messages of tickets: replies and notes, and what people decide about replies that a channel did not surely send.
//!
//! A message is plain text. One that comes with HTML keeps that beside it, for those who look at it; what has HTML alone gets its
//! text of it.

mod confirm;
mod import;
mod redeliver;
mod write;
mod writing;

use std::collections::BTreeSet;

use annex_domain::{
    attachment,
    ids::{AttachmentId, MessageId},
    ticket::{Message, TicketRef},
};
use annex_store::{
    Tx, attachments,
    messages::{self, Body, MAX_BODY, MAX_HTML},
    tickets,
};

pub use confirm::confirm;
pub use import::{Import, import};
pub use redeliver::redeliver;
pub use write::{Write, write};
pub use writing::writing;

use crate::{Ctx, Refusal, Wrong, refusal::Fields, tickets::check_at_hand};

/// What came through a channel: HTML that shows nothing is none, and what has HTML alone gets its text of it.
#[must_use]
pub fn came(text: &str, html: Option<&str>) -> Body {
    let html = html.filter(|html| !html.trim().is_empty());
    let text = match html {
        Some(html) if text.trim().is_empty() => annex_html::plain(html, MAX_BODY),
        _ => text.to_owned(),
    };
    Body { text, html: html.map(str::to_owned) }
}

/// What a message says, with the text of its HTML where it has no other. What nobody would see is no HTML.
pub(crate) fn said(fields: &mut Fields, body: Body) -> Body {
    let Body { mut text, html } = body;
    let html = html.filter(|html| !html.trim().is_empty());
    match &html {
        Some(html) if html.len() > MAX_HTML => fields.add("html", Wrong::TooLong(MAX_HTML)),
        Some(html) if html.contains('\0') => fields.add("html", Wrong::Characters),
        Some(html) if text.trim().is_empty() => text = annex_html::plain(html, MAX_BODY),
        _ => {}
    }
    check_body(fields, &text);
    Body { text, html }
}

/// The files of a message, each once.
pub(crate) fn files(fields: &mut Fields, attachments: Vec<AttachmentId>) -> BTreeSet<AttachmentId> {
    let files: BTreeSet<AttachmentId> = attachments.into_iter().collect();
    if files.len() > attachment::MOST {
        fields.add("attachments", Wrong::TooMany(attachment::MOST));
    }
    files
}

/// Gives a message its files, all or none of them.
pub(crate) async fn attach(
    tx: &mut Tx,
    ctx: &Ctx,
    files: BTreeSet<AttachmentId>,
    message: &Message,
) -> Result<(), Refusal> {
    if files.is_empty() {
        return Ok(());
    }
    let files: Vec<AttachmentId> = files.into_iter().collect();
    match attachments::attach(tx, ctx.desk, ctx.maker()?, &files, message).await? {
        true => Ok(()),
        false => Err(Wrong::Unknown.at("attachments").into()),
    }
}

/// The text of a message: something, in any characters that can be stored.
pub(crate) fn check_body(fields: &mut Fields, body: &str) {
    if body.trim().is_empty() {
        fields.add("body", Wrong::Required);
    } else if body.chars().count() > MAX_BODY {
        fields.add("body", Wrong::TooLong(MAX_BODY));
    } else if body.contains('\0') {
        fields.add("body", Wrong::Characters);
    }
}

/// Goes on only with a message of that ticket, which is neither put away nor merged.
async fn check_place(tx: &mut Tx, ctx: &Ctx, ticket: TicketRef, id: MessageId) -> Result<(), Refusal> {
    let ticket = tickets::find(tx, ctx.desk, ticket).await?;
    check_at_hand(ctx, &ticket)?;
    let message = messages::get(tx, ctx.desk, id).await?;
    if message.ticket == ticket.id { Ok(()) } else { Err(Refusal::NotFound("message")) }
}

/// How an entry of the audit log names a message.
fn object(id: MessageId) -> String {
    format!("message:{id}")
}
