//! How a channel fares: the last delivery it received, the last that was refused, and the last message it sent.

use std::{fmt, str::FromStr};

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, InstallationId},
};

use crate::{
    Conn, StoreError, Tx,
    db::query::{At, execute, fetch_all},
    text,
};

/// What is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A delivery of the service with the right secret.
    Received,
    /// A delivery with a missing or wrong secret.
    Refused,
    /// A reply.
    Sent,
}

impl What {
    fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Refused => "refused",
            Self::Sent => "sent",
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that is none of the words.
#[derive(Debug, thiserror::Error)]
#[error("expected received, refused or sent")]
pub struct NoWhat;

impl FromStr for What {
    type Err = NoWhat;
    fn from_str(text: &str) -> Result<Self, NoWhat> {
        [Self::Received, Self::Refused, Self::Sent].into_iter().find(|what| what.as_str() == text).ok_or(NoWhat)
    }
}

/// The last of its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Of which kind.
    pub what: What,
    /// When.
    pub at: Timestamp,
    /// `ok`, or a word for what went wrong.
    pub outcome: String,
    /// A sentence about it; may be empty.
    pub detail: String,
}

/// Notes how the last of a kind went; nothing, when the installation was removed meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn put_state(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    what: What,
    outcome: &str,
    detail: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO channel_state (installation_id, desk_id, what, at, outcome, detail)
         SELECT i.id, i.desk_id, $3, $4, $5, $6 FROM installations i WHERE i.desk_id = $1 AND i.id = $2
         ON CONFLICT (installation_id, what) DO UPDATE SET at = excluded.at, outcome = excluded.outcome,
            detail = excluded.detail",
        desk,
        installation,
        what.as_str(),
        now,
        outcome,
        text::cut(detail, 500)
    )?;
    Ok(())
}

/// How a channel fares.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn states(conn: &mut Conn, desk: DeskId, installation: InstallationId) -> Result<Vec<State>, StoreError> {
    let rows = fetch_all!(
        conn,
        (String, i64, String, String),
        "SELECT what, at, outcome, detail FROM channel_state WHERE desk_id = $1 AND installation_id = $2",
        desk,
        installation
    )?;
    rows.into_iter()
        .map(|(what, at, outcome, detail)| {
            let what = At::new("channel_state", &what).parse("what", &what)?;
            Ok(State { what, at: Timestamp(at), outcome, detail })
        })
        .collect()
}
