//! Files of messages: uploaded by whoever is writing, or made by an add-on, attached to a message with it, read by whoever may see tickets, and deleted
//! with what they belong to. One that no message takes goes after a day.

mod discard;
mod find;
mod scanner;
mod sweep;
mod upload;

use std::error::Error;

use annex_domain::attachment::Attachment;
use annex_store::blobs::{Blobs, FileStream};
use bytes::Bytes;
use futures::stream::BoxStream;

pub use discard::discard;
pub use find::find;
pub use scanner::Scanner;
pub use sweep::sweep;
pub use upload::{Begun, Upload, begin, upload};

use crate::{Desk, Refusal};

/// The room of a desk where nothing else is configured, in bytes.
pub const ROOM: u64 = 10 << 30;

/// What is sent of a file, as it comes.
pub type Body<'a> = BoxStream<'a, Result<Bytes, Box<dyn Error + Send + Sync>>>;

/// What the operator of the host decided about files.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The most bytes of a desk.
    pub room: u64,
    /// What looks at each before it is kept.
    pub scanner: Option<Scanner>,
}

impl Default for Rules {
    fn default() -> Self {
        Self { room: ROOM, scanner: None }
    }
}

/// What is done with files, and with their bytes.
#[derive(Debug, Clone)]
pub struct Files {
    desk: Desk,
    blobs: Blobs,
    rules: Rules,
}

impl Files {
    /// With the bytes in this store.
    #[must_use]
    pub fn new(desk: Desk, blobs: Blobs, rules: Rules) -> Self {
        Self { desk, blobs, rules }
    }

    /// Under these rules.
    #[must_use]
    pub fn under(self, rules: Rules) -> Self {
        Self { rules, ..self }
    }

    /// The bytes of a file that [`find()`] has found.
    ///
    /// # Errors
    /// [`Refusal::Blobs`].
    pub async fn read(&self, file: &Attachment) -> Result<FileStream, Refusal> {
        Ok(self.blobs.read_file(file.id).await?)
    }

    /// A piece of such a file, of at most `length` bytes; less where it ends, none beyond that.
    ///
    /// # Errors
    /// [`Refusal::Blobs`].
    pub async fn read_piece(&self, file: &Attachment, offset: u64, length: u32) -> Result<Bytes, Refusal> {
        let end = offset.saturating_add(length.into()).min(file.size);
        if offset >= end {
            return Ok(Bytes::new());
        }
        Ok(self.blobs.read_piece(file.id, offset..end).await?)
    }
}

#[cfg(test)]
mod tests;
