//! Telegram: messages to a bot become tickets, public replies go back to the chat.
//!
//! Telegram posts each update to the webhook with a secret token, which the host checks. An update that comes again has
//! the same ids and is dropped by the host. `update` reads what Telegram sends and `words` puts it into words, `api` sends
//! messages, `split` cuts what is too long for one, `files` carries files, `thread` names conversations; `moved` and `start` remember what later
//! messages need.

mod api;
mod files;
mod json;
mod moved;
mod split;
mod start;
#[cfg(test)]
mod tests;
mod thread;
mod update;
mod words;

use std::time::Duration;

use annex_sdk::{
    channel::{Facts, InboundReply, InboundRequest, OutboundMessage, Receipt, SendError},
    files::File,
    prelude::*,
};

use serde_json::Value;
use thread::Thread;
use update::Update;

/// As long as a delivery may be tried again: what was refused halfway is forgotten.
const TRIED: Duration = Duration::from_secs(30 * 24 * 60 * 60);

struct Telegram;

impl Channel for Telegram {
    fn describe() -> Result<Facts> {
        Ok(Facts { files: Some(files::bounds()), ..Facts::text(split::LONGEST as u32) })
    }

    fn receive(request: &InboundRequest) -> Result<InboundReply> {
        if request.method != "POST" {
            return Ok(InboundReply::status(405).text("Telegram posts updates here"));
        }
        let json: Value = request.json().unwrap_or_default();
        let Some(update) = Update::read(&json) else {
            log::warn!("a request that is not an update");
            return Ok(InboundReply::status(400).text("expected an update of the Telegram Bot API"));
        };
        // Also an update that says nothing to a help desk is answered with 200: Telegram would send it again.
        Ok(match update.into_inbound()? {
            Some(inbound) => InboundReply::ok().bring(inbound),
            None => InboundReply::ok(),
        })
    }

    fn send(message: &OutboundMessage) -> Result<Receipt, SendError> {
        let name = message.thread_id();
        let thread: Thread =
            name.parse().map_err(|()| SendError::Refused(format!("`{name}` is not a Telegram chat")))?;
        let parts = split::parts(&message.text);
        if parts.is_empty() && message.attachments.is_empty() {
            return Err(SendError::Refused("Telegram does not send empty messages".into()));
        }
        if parts.len() > split::MOST {
            let most = split::MOST * split::LONGEST;
            return Err(SendError::Refused(format!("too long for Telegram: at most {most} characters")));
        }
        let files = message.attachments.iter().map(|attachment| Part::File(&attachment.file));
        let parts: Vec<_> = parts.into_iter().map(Part::Text).chain(files).collect();
        send_parts(&message.id, &thread, &parts)
    }
}

annex_sdk::export_channel!(Telegram);
annex_sdk::use_arena!();

/// What goes out as a message of its own.
enum Part<'a> {
    Text(&'a str),
    File(&'a File),
}

impl Part<'_> {
    fn send(&self, thread: &Thread) -> Result<String, SendError> {
        match self {
            Self::Text(text) => api::send_message(thread, text),
            Self::File(file) => files::send(thread, file),
        }
    }
}

/// Sends the parts in order. How far it came is kept, so that a delivery that is tried again goes on where it stopped: at
/// the part that failed, or of which nobody knows whether it arrived.
fn send_parts(id: &str, thread: &Thread, parts: &[Part<'_>]) -> Result<Receipt, SendError> {
    let key = format!("sent/{id}");
    let several = parts.len() > 1;
    let done: usize = if several { kv::get(&key).map_err(Error::from)?.unwrap_or(0) } else { 0 };
    let mut last = String::new();
    for (at, part) in parts.iter().enumerate().skip(done) {
        last = part.send(thread).map_err(|error| if several { of_part(error, at + 1) } else { error })?;
        if several {
            kv::set_for(&key, &(at + 1), TRIED).map_err(Error::from)?;
        }
    }
    if several {
        // What is left over is a few bytes; a delivery that succeeded must not be tried again because of them.
        if let Err(error) = kv::delete(&key) {
            log::warn!("the note about the parts of a message stays: {error}");
        }
    }
    log::info!("sent in {} part(s)", parts.len());
    Ok(Receipt::new(last))
}

/// Says which part of a message an error is about.
fn of_part(error: SendError, part: usize) -> SendError {
    let name = |text: String| format!("part {part}: {text}");
    match error {
        SendError::Refused(text) => SendError::Refused(name(text)),
        SendError::Unknown(text) => SendError::Unknown(name(text)),
        SendError::Fault(Error::Upstream(text)) => Error::Upstream(name(text)).into(),
        other => other,
    }
}
