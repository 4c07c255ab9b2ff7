//! Reads an answer: bounded while it streams, after decompression, so that neither a large body nor a small one that
//! unpacks to a large one is ever held as a whole. Credentials that a server echoes are taken out.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Inbound, auth::Secrets, unreachable};
use crate::error::EgressError;

const LARGEST: usize = 4 << 20;
const MOST_HEADERS: usize = 200;
const LARGEST_HEADERS: usize = 64 << 10;

/// What the answers of one call may have together: parallel requests must not multiply the limit of one.
pub(crate) struct Room(AtomicUsize);

impl Room {
    /// For the requests of one call of the host.
    pub(crate) fn new() -> Self {
        Self(AtomicUsize::new(16 << 20))
    }

    fn take(&self, bytes: usize) -> bool {
        self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| left.checked_sub(bytes)).is_ok()
    }
}

pub(super) async fn read(
    mut response: reqwest::Response,
    secrets: &Secrets,
    room: &Room,
) -> Result<Inbound, EgressError> {
    let status = response.status().as_u16();
    let size: usize = response.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if response.headers().len() > MOST_HEADERS || size > LARGEST_HEADERS {
        return Err(EgressError::TooLarge("the answer has more than 200 headers or 64 KiB of them".into()));
    }
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), secrets.scrub(&String::from_utf8_lossy(value.as_bytes()))))
        .collect();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| unreachable(&error, secrets))? {
        if body.len() + chunk.len() > LARGEST {
            return Err(EgressError::TooLarge("the answer has more than 4 MiB".into()));
        }
        if !room.take(chunk.len()) {
            return Err(EgressError::TooLarge("the answers of one call have more than 16 MiB together".into()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Inbound { status, headers, body: secrets.scrub_bytes(body) })
}
