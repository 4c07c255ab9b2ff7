//! How a channel fares: the last delivery it received, the last that was refused, and the last message it sent.

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, InstallationId},
};

use crate::{
    Conn, Result, Tx,
    db::query::{At, execute, fetch_all},
    text,
};

annex_domain::words! {
    /// What is told of.
    pub enum What: "kind of news of a channel" {
        /// A delivery of the service with the right secret.
        Received = "received",
        /// A delivery with a missing or wrong secret.
        Refused = "refused",
        /// A reply.
        Sent = "sent",
        /// A connection to a mailbox.
        Connected = "connected",
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
pub async fn put_state(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    what: What,
    outcome: &str,
    detail: &str,
    now: Timestamp,
) -> Result<()> {
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
pub async fn states(conn: &mut Conn, desk: DeskId, installation: InstallationId) -> Result<Vec<State>> {
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
