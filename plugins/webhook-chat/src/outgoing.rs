//! A reply on its way to the chat, and what its answers mean: taken, refused for good, surely not taken, or nobody knows.

use std::time::Duration;

use annex_sdk::{
    channel::{Attachment, OutboundMessage, Receipt, SendError},
    prelude::*,
};
use serde::{Deserialize, Serialize};

use crate::files;

#[derive(Serialize)]
struct Outgoing<'m> {
    id: &'m str,
    conversation: &'m str,
    to: &'m str,
    author: &'m str,
    text: &'m str,
    #[serde(skip_serializing_if = "Option::is_none")]
    html: Option<&'m str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<String>,
}

#[derive(Deserialize)]
struct Taken {
    id: String,
}

/// Posts a reply. Its id is the same in each try, and the chat takes one of an id once.
pub(crate) fn send(message: &OutboundMessage) -> Result<Receipt, SendError> {
    let workspace = settings::require("workspace")?;
    let upload = |attachment: &Attachment| files::upload(&workspace, &attachment.file);
    let outgoing = Outgoing {
        id: &message.id,
        conversation: message.thread_id(),
        to: &message.recipient.handle,
        author: &message.author,
        text: &message.text,
        html: message.html.as_deref(),
        files: message.attachments.iter().map(upload).collect::<Result<_, _>>()?,
    };
    let request = Request::post(format!("https://{workspace}.chat.example/api/messages")).bearer("api_key");
    let answer = request.header("Idempotency-Key", message.id.as_str()).json(&outgoing)?.send()?;
    let said = answer.lossy().chars().take(200).collect::<String>();
    match answer.status() {
        200..=299 => match answer.json::<Taken>() {
            Ok(Taken { id }) => Ok(Receipt::new(id)),
            Err(_) => Err(SendError::unclear("the chat's answer does not name the message")),
        },
        401 | 403 => Err(Error::NeedsAuth("the chat refused the API key; check it in the settings".into()).into()),
        429 => Err(match answer.header("retry-after").and_then(|seconds| seconds.trim().parse().ok()) {
            Some(seconds) => SendError::Later(Duration::from_secs(seconds)),
            None => SendError::not_sent("the chat asks to wait"),
        }),
        503 => Err(SendError::not_sent("the chat is not available")),
        404 | 410 => Err(SendError::Refused("the conversation is over".into())),
        400..=499 => Err(SendError::Refused(format!("the chat refused the message: {said}"))),
        status => Err(SendError::unclear(format!("the chat answered with status {status}: {said}"))),
    }
}
