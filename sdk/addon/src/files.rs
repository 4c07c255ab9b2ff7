//! Files that the host keeps: attachments of messages, and what the add-on makes. Reading needs the capability `files.read`, making
//! `files.write`. A file that nothing has taken after 24 hours is deleted.
//!
//! ```
//! use annex_sdk::{files, testing::Host, tickets};
//!
//! let _host = Host::new().ticket("t1", "Invoice, please", "c1");
//! let invoice = files::write("invoice.txt", b"12.50 EUR")?;
//! tickets::add_reply_with("t1", "Here it is.", &[invoice.id.as_str()])?;
//! assert_eq!(files::bytes(&invoice.id)?, b"12.50 EUR");
//! # Ok::<(), annex_sdk::Error>(())
//! ```

// In a component, the host's functions take ids as `&String`.
use crate::{Result, host};

pub use crate::{bindings::plugin::annex::addon::types::File, record::Error};

/// Bytes that are read or written at once.
pub const PIECE: usize = 1_048_576;

/// What is known of a file.
///
/// # Errors
/// [`Error::Denied`] without the capability; [`Error::NotFound`] for what this add-on may not see.
pub fn get(id: &str) -> Result<File, Error> {
    let id = id.to_owned();
    Ok(host::files::get(&id)?)
}

/// `length` bytes (1 to [`PIECE`]) from `offset` on; less where the file ends, none at its end and beyond.
///
/// # Errors
/// As [`get`].
pub fn read(id: &str, offset: u64, length: u32) -> Result<Vec<u8>, Error> {
    let id = id.to_owned();
    Ok(host::files::read(&id, offset, length)?)
}

/// A whole file. An instance has 64 MiB of memory: read what may be larger than some of them piece by piece, with [`read`].
///
/// # Errors
/// As [`get`].
pub fn bytes(id: &str) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    loop {
        let piece = read(id, bytes.len() as u64, PIECE as u32)?;
        if piece.is_empty() {
            return Ok(bytes);
        }
        bytes.extend(piece);
    }
}

/// Makes a file of these bytes, at most 25 MiB. The host finds out what they are.
///
/// # Errors
/// [`Error::Denied`] without the capability; [`Error::Invalid`] for a name that is none and for what the host refuses;
/// [`Error::TooMuch`] beyond the limits.
pub fn write(name: &str, bytes: &[u8]) -> Result<File, Error> {
    let id = host::files::create(name)?;
    for piece in bytes.chunks(PIECE) {
        host::files::append(&id, piece)?;
    }
    Ok(host::files::finish(&id)?)
}

/// Begins a file that is written piece by piece: [`append`] to it, then [`finish`] it within the call.
///
/// # Errors
/// As [`write()`].
pub fn create(name: &str) -> Result<String, Error> {
    Ok(host::files::create(name)?)
}

/// Adds 1 to [`PIECE`] bytes at the end of a file that this call has begun.
///
/// # Errors
/// As [`write()`].
pub fn append(id: &str, bytes: &[u8]) -> Result<(), Error> {
    let id = id.to_owned();
    Ok(host::files::append(&id, bytes)?)
}

/// Ends a file.
///
/// # Errors
/// As [`write()`].
pub fn finish(id: &str) -> Result<File, Error> {
    let id = id.to_owned();
    Ok(host::files::finish(&id)?)
}

/// Deletes a file that this installation made and that no message has taken.
///
/// # Errors
/// [`Error::Denied`] without the capability; [`Error::NotFound`].
pub fn discard(id: &str) -> Result<(), Error> {
    let id = id.to_owned();
    Ok(host::files::discard(&id)?)
}
