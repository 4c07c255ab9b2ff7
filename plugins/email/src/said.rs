//! What people said, kept for a while so that answers can quote it. There are so many places for it and no more: however many mails a
//! desk gets, the quota of the installation has room for what ends loops. Who writes later takes the place of somebody before.

use crate::{
    body::cut,
    desk::{Desk, Fault},
    sign,
};

const KEPT_FOR: u64 = 60 * 24 * 3_600_000;
/// Bytes of a text. With [`PLACES`] they are some 3 MiB as they are kept, of 5.
const LONGEST: usize = 2 << 10;
const PLACES: u16 = 1024;

/// Keeps what somebody said in a message.
pub(crate) fn keep(desk: &dyn Desk, external_id: &str, said: &str) -> Result<(), Fault> {
    let digest = sign::digest(external_id.as_bytes());
    let short = cut(said, LONGEST);
    let more = if short.len() < said.len() { "…" } else { "" };
    desk.keep(&place(&digest), [digest.as_str(), short, more].concat().as_bytes(), KEPT_FOR)
}

/// What somebody said in a message; none when it was not kept, or has lost its place.
pub(crate) fn of(desk: &dyn Desk, external_id: &str) -> Result<Option<String>, Fault> {
    let digest = sign::digest(external_id.as_bytes());
    let kept = desk.get(&place(&digest))?;
    let said = kept.as_deref().and_then(|kept| kept.strip_prefix(digest.as_bytes()));
    Ok(said.map(|said| String::from_utf8_lossy(said).into_owned()))
}

fn place(digest: &str) -> String {
    let number = digest.get(..4).and_then(|digits| u16::from_str_radix(digits, 16).ok()).unwrap_or_default();
    format!("said/{}", number % PLACES)
}
