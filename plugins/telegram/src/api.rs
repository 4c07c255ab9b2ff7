//! The Bot API's ways to send, and what its answers mean for a delivery: sent, refused, surely not sent, or nobody knows.

use std::time::Duration;

use annex_sdk::{channel::SendError, prelude::*, serde::Serialize};
use serde_json::Value;

use crate::{json::Look, moved, thread::Thread};

/// The host puts the token in: it never enters this component.
const SEND: &str = "https://api.telegram.org/bot{secret}/sendMessage";

#[derive(Serialize)]
struct Message<'a> {
    chat_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_thread_id: Option<i64>,
    text: &'a str,
}

/// Sends a text; answers the id of the message, `CHAT/MESSAGE`.
pub(crate) fn send_message(thread: &Thread, text: &str) -> Result<String, SendError> {
    deliver(thread, |to| {
        let message = Message { chat_id: to.chat, message_thread_id: to.topic, text };
        Ok(Request::post(SEND).auth_path("bot_token").json(&message)?)
    })
}

/// Sends the request that is made for the chat as it is now; answers the id of the message, `CHAT/MESSAGE`.
pub(crate) fn deliver(
    thread: &Thread,
    request: impl Fn(&Thread) -> Result<Request, SendError>,
) -> Result<String, SendError> {
    let now = Thread { chat: moved::present(thread.chat)?, ..*thread };
    let (status, answer) = post(request(&now)?)?;
    // A group that became a supergroup has a new id, which Telegram tells once and for all.
    if let (400, Some(chat)) = (status, answer.part("parameters").and_then(|it| it.int("migrate_to_chat_id"))) {
        log::info!("the group has a new id");
        if let Err(error) = moved::note(thread.chat, chat) {
            log::warn!("the new id of a group was not kept: {error}");
        }
        let now = Thread { chat, ..*thread };
        let (status, answer) = post(request(&now)?)?;
        return sent(&now, status, &answer);
    }
    sent(&now, status, &answer)
}

/// The status, and the answer; null for one that is not JSON.
fn post(request: Request) -> Result<(u16, Value), SendError> {
    let response = request.send()?;
    Ok((response.status(), response.json().unwrap_or_default()))
}

fn sent(thread: &Thread, status: u16, answer: &Value) -> Result<String, SendError> {
    let ok = answer.get("ok").and_then(Value::as_bool);
    let said = answer.text("description").unwrap_or("no reason given");
    match (status, ok) {
        (200, Some(true)) => match answer.part("result").and_then(|sent| sent.int("message_id")) {
            Some(message) => Ok(format!("{}/{message}", thread.chat)),
            None => Err(SendError::unclear("Telegram's answer does not name the message")),
        },
        // An unknown token is 401, a malformed one is 404.
        (401 | 404, _) => {
            Err(Error::NeedsAuth(format!("Telegram refused the bot token; check it in the settings ({said})")).into())
        }
        (403, _) => Err(SendError::Refused(format!("Telegram does not let the bot write to this chat: {said}"))),
        (429, _) => {
            let wait = answer.part("parameters").and_then(|it| it.int("retry_after"));
            match wait.and_then(|wait| u64::try_from(wait).ok()) {
                Some(wait) => Err(SendError::Later(Duration::from_secs(wait))),
                None => Err(SendError::not_sent("Telegram asks to wait")),
            }
        }
        (400..=499, _) => Err(SendError::Refused(format!("Telegram refused the message: {said}"))),
        // Telegram itself says that it did not take it; what a gateway on the way says does not tell.
        (500 | 503, Some(false)) => Err(SendError::not_sent(format!("Telegram has a fault of its own ({said})"))),
        (500.., _) => Err(SendError::unclear(format!("Telegram answered with status {status} ({said})"))),
        _ => Err(SendError::unclear("Telegram's answer cannot be read")),
    }
}
