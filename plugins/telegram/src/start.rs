//! `/start PAYLOAD`: what a link to the bot carries, such as an order's number. The command makes no ticket; the payload
//! goes with the first message that the person then writes.

use std::time::Duration;

use annex_sdk::{Error, Result, kv};
use serde::{Deserialize, Serialize};

/// Who follows a link and then writes nothing leaves nothing behind.
const LASTS: Duration = Duration::from_secs(30 * 24 * 60 * 60);

#[derive(Serialize, Deserialize)]
struct Start {
    payload: String,
    /// The message that it went with: the same again when Telegram delivers that one again.
    with: Option<i64>,
}

/// The payload of the command; empty without one. `None`: another text.
pub(crate) fn command(text: &str) -> Option<&str> {
    let rest = text.trim().strip_prefix("/start")?;
    if rest.is_empty() || rest.starts_with(char::is_whitespace) { Some(rest.trim()) } else { None }
}

/// Keeps a payload for the first message of the chat.
pub(crate) fn keep(chat: i64, payload: &str) -> Result<()> {
    if payload.is_empty() {
        return Ok(());
    }
    let start = Start { payload: payload.chars().take(200).collect(), with: None };
    kv::set_for(&key(chat), &start, LASTS).map_err(Error::from)?;
    Ok(())
}

/// The payload that goes with a message.
pub(crate) fn take(chat: i64, message: i64) -> Result<Option<String>> {
    let Some(start) = kv::get::<Start>(&key(chat)).map_err(Error::from)? else { return Ok(None) };
    match start.with {
        None => {
            let taken = Start { with: Some(message), ..start };
            kv::set_for(&key(chat), &taken, LASTS).map_err(Error::from)?;
            Ok(Some(taken.payload))
        }
        Some(with) if with == message => Ok(Some(start.payload)),
        Some(_) => {
            kv::delete(&key(chat)).map_err(Error::from)?;
            Ok(None)
        }
    }
}

fn key(chat: i64) -> String {
    format!("start/{chat}")
}
