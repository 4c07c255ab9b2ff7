//! The files of a scenario: in memory, whoever made them, and gone with it. A stranger's package makes some of them, so all that is ever
//! written has a bound.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use annex_domain::{
    ids::AttachmentId,
    ports::{FileFacts, NewFile, RecordError},
};
use async_trait::async_trait;

/// Bytes of a file, as on a host.
const LARGEST: usize = 25 << 20;
/// Bytes that are written in a scenario, also of files that were never finished.
const MOST: usize = 64 << 20;

/// All of them. A clone has the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Files(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    /// Name and bytes, by id.
    files: BTreeMap<String, (String, Vec<u8>)>,
    /// Bytes that were written.
    written: usize,
}

impl Files {
    /// A file that the scenario gives.
    pub(crate) fn give(&self, name: &str, text: &str) -> FileFacts {
        self.keep(AttachmentId::new().to_string(), name.to_owned(), text.as_bytes().to_vec())
    }

    /// A file that is not kept before it is finished.
    pub(crate) fn begin(&self, name: &str) -> Box<dyn NewFile> {
        let (files, id, name) = (self.clone(), AttachmentId::new().to_string(), name.to_owned());
        Box::new(Begun { files, id, name, bytes: Vec::new() })
    }

    pub(crate) fn facts(&self, id: &str) -> Result<FileFacts, RecordError> {
        self.lock().files.get(id).map(|(name, bytes)| facts(id, name, bytes)).ok_or(RecordError::NotFound)
    }

    /// A piece; less where the file ends.
    pub(crate) fn read(&self, id: &str, offset: u64, length: u32) -> Result<Vec<u8>, RecordError> {
        let kept = self.lock();
        let (_, bytes) = kept.files.get(id).ok_or(RecordError::NotFound)?;
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        let to = from.saturating_add(length as usize).min(bytes.len());
        Ok(bytes.get(from..to).unwrap_or_default().to_vec())
    }

    pub(crate) fn discard(&self, id: &str) -> Result<(), RecordError> {
        self.lock().files.remove(id).map(drop).ok_or(RecordError::NotFound)
    }

    fn keep(&self, id: String, name: String, bytes: Vec<u8>) -> FileFacts {
        let facts = facts(&id, &name, &bytes);
        self.lock().files.insert(id, (name, bytes));
        facts
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // As of a desk: a panic elsewhere leaves plain data behind that is still whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What it is, a host finds by more than this.
fn facts(id: &str, name: &str, bytes: &[u8]) -> FileFacts {
    let media_type = if std::str::from_utf8(bytes).is_ok() { "text/plain" } else { "application/octet-stream" };
    FileFacts { id: id.to_owned(), name: name.to_owned(), media_type: media_type.to_owned(), size: bytes.len() as u64 }
}

/// A file under way.
struct Begun {
    files: Files,
    id: String,
    name: String,
    bytes: Vec<u8>,
}

#[async_trait]
impl NewFile for Begun {
    fn id(&self) -> String {
        self.id.clone()
    }

    async fn append(&mut self, bytes: Vec<u8>) -> Result<(), RecordError> {
        if self.bytes.len().saturating_add(bytes.len()) > LARGEST {
            return Err(RecordError::TooMuch("a file has at most 25 MiB".into()));
        }
        let mut kept = self.files.lock();
        if kept.written.saturating_add(bytes.len()) > MOST {
            return Err(RecordError::TooMuch("the files of a scenario have at most 64 MiB together".into()));
        }
        kept.written += bytes.len();
        drop(kept);
        self.bytes.extend(bytes);
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<FileFacts, RecordError> {
        let Self { files, id, name, bytes } = *self;
        Ok(files.keep(id, name, bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_is_there_once_it_is_finished_and_until_it_is_discarded() {
        let files = Files::default();
        let mut begun = files.begin("a.txt");
        let id = begun.id();
        begun.append(b"Hello ".to_vec()).await.unwrap();
        begun.append(b"Ada".to_vec()).await.unwrap();
        assert_eq!(files.facts(&id), Err(RecordError::NotFound));
        let facts = begun.finish().await.unwrap();
        assert_eq!((facts.name.as_str(), facts.media_type.as_str(), facts.size), ("a.txt", "text/plain", 9));
        for (offset, length, piece) in [(0, 99, "Hello Ada"), (6, 2, "Ad"), (9, 1, ""), (u64::MAX, 1, "")] {
            assert_eq!(files.read(&id, offset, length).unwrap(), piece.as_bytes(), "{offset}");
        }
        files.discard(&id).unwrap();
        assert_eq!(files.read(&id, 0, 1), Err(RecordError::NotFound));
    }

    #[tokio::test]
    async fn what_is_written_has_a_bound_for_one_file_and_for_all_together() {
        let files = Files::default();
        let mut first = files.begin("1");
        first.append(vec![0; LARGEST]).await.unwrap();
        assert!(matches!(first.append(vec![0]).await, Err(RecordError::TooMuch(_))));
        drop(first);
        files.begin("2").append(vec![0; LARGEST]).await.unwrap();
        assert!(matches!(files.begin("3").append(vec![0; LARGEST]).await, Err(RecordError::TooMuch(_))));
    }
}
