//! Groups that became supergroups: Telegram gives them another id. Conversations keep the first one as their name, and
//! messages go to the present one.

use annex_sdk::{Error, Result, kv};

/// Notes that the group `old` is `new` from now on.
pub(crate) fn note(old: i64, new: i64) -> Result<()> {
    kv::set(&first_key(new), &first(old)?).map_err(Error::from)?;
    kv::set(&present_key(first(old)?), &new).map_err(Error::from)?;
    Ok(())
}

/// The id that a group had first.
pub(crate) fn first(chat: i64) -> Result<i64> {
    Ok(kv::get(&first_key(chat)).map_err(Error::from)?.unwrap_or(chat))
}

/// The id that a group has now. Chats of people, whose ids are positive, never move.
pub(crate) fn present(chat: i64) -> Result<i64> {
    if chat >= 0 {
        return Ok(chat);
    }
    Ok(kv::get(&present_key(chat)).map_err(Error::from)?.unwrap_or(chat))
}

fn first_key(chat: i64) -> String {
    format!("first/{chat}")
}

fn present_key(chat: i64) -> String {
    format!("present/{chat}")
}
