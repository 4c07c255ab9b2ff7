//! Webhook chat: a channel for a chat of one's own. The example of channels: who may post is said in the manifest and checked by the
//! host, so that nothing here knows a secret.
//!
//! `incoming` reads what a chat posts, as JSON or as a form; `outgoing` posts a reply, and says what became of it; `files` carries files
//! both ways.

mod files;
mod incoming;
mod outgoing;

use annex_sdk::{
    channel::{Facts, InboundReply, InboundRequest, OutboundMessage, Receipt, SendError},
    prelude::*,
};

/// Characters of a message: as many as a reply of the desk has at most.
const LONGEST: u32 = 100_000;

struct WebhookChat;

impl Channel for WebhookChat {
    fn describe() -> Result<Facts> {
        Ok(Facts { html: true, files: Some(files::bounds()), ..Facts::text(LONGEST) })
    }

    fn receive(request: &InboundRequest) -> Result<InboundReply> {
        if request.method != "POST" {
            return Ok(InboundReply::status(405).text("events are posted here"));
        }
        Ok(match incoming::read(request) {
            Ok(brought) => brought.into_iter().fold(InboundReply::ok(), InboundReply::bring),
            // The chat will not do better with the same request: it is not asked to deliver again.
            Err(wrong) => InboundReply::status(400).text(wrong),
        })
    }

    fn send(message: &OutboundMessage) -> Result<Receipt, SendError> {
        outgoing::send(message)
    }
}

annex_sdk::export_channel!(WebhookChat);
annex_sdk::use_arena!();

#[cfg(test)]
#[path = "../../chapter-check.rs"]
mod chapter_check;

#[cfg(test)]
mod tests;
