//! Files, whose bytes a test can look at.

use super::{
    super::state::{Kept, State, with},
    granted,
};
use crate::bindings::plugin::annex::addon::types::{Error, File};

/// The host's largest file in bytes.
const LARGEST: usize = 26_214_400;
/// What is read or written at once.
const PIECE: std::ops::RangeInclusive<usize> = 1..=1_048_576;

fn finished<'a>(state: &'a State, id: &str) -> Result<&'a Kept, Error> {
    granted(state, "files.read")?;
    state.files.get(id).filter(|kept| kept.finished).ok_or(Error::NotFound)
}

fn begun<'a>(state: &'a mut State, id: &str) -> Result<&'a mut Kept, Error> {
    granted(state, "files.write")?;
    state.files.get_mut(id).filter(|kept| !kept.finished).ok_or(Error::NotFound)
}

fn piece(length: usize) -> Result<(), Error> {
    if PIECE.contains(&length) { Ok(()) } else { Err(Error::Invalid("a piece has 1 byte to 1 MiB".into())) }
}

pub(crate) fn get(id: &str) -> Result<File, Error> {
    with(|state| Ok(finished(state, id)?.facts(id)))
}

pub(crate) fn read(id: &str, offset: u64, length: u32) -> Result<Vec<u8>, Error> {
    with(|state| {
        piece(length as usize)?;
        let bytes = finished(state, id)?.bytes.iter().copied();
        Ok(bytes.skip(usize::try_from(offset).unwrap_or(usize::MAX)).take(length as usize).collect())
    })
}

pub(crate) fn create(name: &str) -> Result<String, Error> {
    with(|state| {
        granted(state, "files.write")?;
        let id = format!("f{}", state.files.len() + 1);
        state.files.insert(id.clone(), Kept::begun(name));
        Ok(id)
    })
}

pub(crate) fn append(id: &str, bytes: &[u8]) -> Result<(), Error> {
    with(|state| {
        piece(bytes.len())?;
        let kept = begun(state, id)?;
        if kept.bytes.len() + bytes.len() > LARGEST {
            return Err(Error::TooMuch("a file has at most 25 MiB".into()));
        }
        kept.bytes.extend_from_slice(bytes);
        Ok(())
    })
}

pub(crate) fn finish(id: &str) -> Result<File, Error> {
    with(|state| {
        let kept = begun(state, id)?;
        kept.finished = true;
        Ok(kept.facts(id))
    })
}

pub(crate) fn discard(id: &str) -> Result<(), Error> {
    with(|state| {
        granted(state, "files.write")?;
        state.files.remove(id).map(|_| ()).ok_or(Error::NotFound)
    })
}
