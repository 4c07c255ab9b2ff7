//! The Bot API's `sendMessage`, and what its errors mean for a delivery.

use annex_sdk::{
    channel::SendError,
    http::{self, Response},
    prelude::*,
    serde::Serialize,
};
use serde::Deserialize;

use crate::thread::Thread;

/// The host puts the token in: it never enters this component.
const SEND: &str = "https://api.telegram.org/bot{secret}/sendMessage";

#[derive(Serialize)]
struct Message<'a> {
    chat_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_thread_id: Option<i64>,
    text: &'a str,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Answer {
    ok: bool,
    result: Option<Sent>,
    description: String,
    parameters: Parameters,
}

#[derive(Deserialize)]
struct Sent {
    message_id: i64,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Parameters {
    retry_after: Option<u64>,
    migrate_to_chat_id: Option<i64>,
}

/// Sends one message; answers its id, `CHAT/MESSAGE`.
pub(crate) fn send_message(thread: &Thread, text: &str) -> Result<String, SendError> {
    let (response, answer) = post(thread, text)?;
    // A group that became a supergroup has a new id, which Telegram tells once and for all.
    if let (400, Some(chat)) = (response.status(), answer.parameters.migrate_to_chat_id) {
        log::info!("the group has a new id");
        let moved = Thread { chat, ..*thread };
        let (response, answer) = post(&moved, text)?;
        return sent(&moved, &response, answer);
    }
    sent(thread, &response, answer)
}

fn post(thread: &Thread, text: &str) -> Result<(Response, Answer), SendError> {
    let message = Message { chat_id: thread.chat, message_thread_id: thread.topic, text };
    let response = Request::post(SEND).auth_path("bot_token").json(&message)?.send()?;
    let answer = response.json().unwrap_or_default();
    Ok((response, answer))
}

fn sent(thread: &Thread, response: &Response, answer: Answer) -> Result<String, SendError> {
    let status = response.status();
    let said = if answer.description.is_empty() { "no reason given" } else { &answer.description };
    match (status, answer.result) {
        (200, Some(sent)) if answer.ok => Ok(format!("{}/{}", thread.chat, sent.message_id)),
        // An unknown token is 401, a malformed one is 404.
        (401 | 404, _) => {
            Err(Error::NeedsAuth(format!("Telegram refused the bot token; check it in the settings ({said})")).into())
        }
        (403, _) => Err(SendError::Rejected(format!("Telegram does not let the bot write to this chat: {said}"))),
        (429, _) => {
            let wait = answer.parameters.retry_after.map_or_else(String::new, |wait| format!(" for {wait} s"));
            Err(Error::Upstream(format!("Telegram asks to wait{wait}")).into())
        }
        (500.., _) => Err(http::Error::Status(status).into()),
        (200, _) => Err(Error::Upstream("Telegram's answer cannot be read".into()).into()),
        _ => Err(SendError::Rejected(format!("Telegram refused the message: {said}"))),
    }
}
