//! The archive: entry by entry out of a [`Frame`], so that a bomb, a link or the 257th file stops it early; and its
//! counterpart that writes one.

use std::collections::BTreeSet;

use bytes::Bytes;

use crate::{
    frame::Frame,
    limits,
    manifest::{DEVELOPER_PROOF_PATH, MANIFEST_PATH},
    refusal::Refusal,
    ustar::{self, BLOCK, Block},
};

/// A file of the archive.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Checked.
    pub(crate) path: String,
    /// The content.
    pub(crate) data: Bytes,
}

/// Reads entries and keeps their order: the manifest, the proof, the rest sorted.
pub(crate) struct Archive<'a> {
    frame: Frame<'a>,
    /// The header after the last entry, when it was looked at and not yet used.
    peeked: Option<(String, u64)>,
    seen: BTreeSet<String>,
    last: Option<String>,
}

impl<'a> Archive<'a> {
    pub(crate) fn open(packed: &'a [u8]) -> Result<Self, Refusal> {
        Ok(Self { frame: Frame::open(packed)?, peeked: None, seen: BTreeSet::new(), last: None })
    }

    /// The first entry, which is the manifest.
    pub(crate) fn manifest(&mut self) -> Result<Bytes, Refusal> {
        self.named(MANIFEST_PATH, limits::MANIFEST_BYTES, Refusal::ManifestNotFirst, Refusal::ManifestTooLarge)
    }

    /// The second entry, which is the proof.
    pub(crate) fn proof(&mut self) -> Result<Bytes, Refusal> {
        self.named(DEVELOPER_PROOF_PATH, limits::PROOF_BYTES, Refusal::Unsigned, Refusal::ProofTooLarge)
    }

    fn named(&mut self, path: &str, most: u64, absent: Refusal, too_large: Refusal) -> Result<Bytes, Refusal> {
        match self.peek()? {
            Some((found, _)) if found != path => Err(absent),
            None => Err(absent),
            Some((_, size)) if *size > most => Err(too_large),
            Some(_) => self.next()?.map(|entry| entry.data).ok_or(absent),
        }
    }

    fn peek(&mut self) -> Result<Option<&(String, u64)>, Refusal> {
        if self.peeked.is_none() {
            self.peeked = self.header()?;
        }
        Ok(self.peeked.as_ref())
    }

    /// The next entry, in order; None at the end of the archive.
    pub(crate) fn next(&mut self) -> Result<Option<Entry>, Refusal> {
        let Some((path, size)) = self.peek()?.cloned() else { return Ok(None) };
        self.peeked = None;
        if size > self.frame.left() {
            return Err(Refusal::EntryTruncated { path });
        }
        // Bounded: the frame's claim was checked against the limits, and the size against the claim.
        let mut data = vec![0; usize::try_from(size).map_err(|_| Refusal::TooLargeUnpacked { size })?];
        self.frame.fill(&mut data)?;
        let mut padding = [0; BLOCK];
        let padding = padding.get_mut(..data.len().next_multiple_of(BLOCK) - data.len()).unwrap_or_default();
        self.frame.fill(padding)?;
        if padding.iter().any(|byte| *byte != 0) {
            return Err(Refusal::EntryPadding { path });
        }
        Ok(Some(Entry { path, data: data.into() }))
    }

    fn header(&mut self) -> Result<Option<(String, u64)>, Refusal> {
        let mut block: Block = [0; BLOCK];
        if !self.frame.fill(&mut block)? {
            return Err(Refusal::Unterminated);
        }
        let Some((path, size)) = ustar::read(&block).map_err(|refusal| self.collision(refusal))? else {
            return Ok(None);
        };
        if self.seen.len() == limits::FILES {
            return Err(Refusal::TooManyFiles);
        }
        if !self.seen.insert(path.into()) {
            return Err(Refusal::DuplicateFile { path: path.into() });
        }
        let leading = path == MANIFEST_PATH || path == DEVELOPER_PROOF_PATH;
        if leading && self.seen.len() > 2 {
            return Err(Refusal::NotSorted { path: path.into() });
        }
        if !leading && self.last.replace(path.into()).is_some_and(|last| *last > *path) {
            return Err(Refusal::NotSorted { path: path.into() });
        }
        Ok(Some((path.into(), size)))
    }

    /// An upper-case path that an earlier file has in lower case is more than a matter of spelling.
    fn collision(&self, refusal: Refusal) -> Refusal {
        let Refusal::PathUpperCase { path } = &refusal else { return refusal };
        if self.seen.contains(&path.to_ascii_lowercase()) {
            return Refusal::CaseCollision { path: path.clone() };
        }
        refusal
    }

    /// Checks that nothing follows: the second block of zeros, the end of the frame, the end of the file.
    pub(crate) fn finish(mut self) -> Result<(), Refusal> {
        let mut block: Block = [0; BLOCK];
        if !self.frame.fill(&mut block)? {
            return Err(Refusal::Unterminated);
        }
        if block.iter().any(|byte| *byte != 0) {
            return Err(Refusal::TrailingData);
        }
        self.frame.finish()
    }
}

/// Writes an archive in the order of `entries`.
pub(crate) fn write<'a>(entries: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut archive = Vec::new();
    for (path, data) in entries {
        archive.extend_from_slice(&ustar::header(path, data.len() as u64));
        archive.extend_from_slice(data);
        archive.resize(archive.len().next_multiple_of(BLOCK), 0);
    }
    archive.resize(archive.len() + 2 * BLOCK, 0);
    archive
}
