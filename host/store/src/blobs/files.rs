//! Files of messages, by their ids: written and read bit by bit. Each has a folder of its own, so that on a local disk what a
//! process left there that died while it wrote goes with it. In a bucket a rule of the bucket ends such uploads.

use std::{fmt, io, ops::Range};

use annex_domain::ids::AttachmentId;
use bytes::Bytes;
use futures::{StreamExt as _, TryStreamExt as _, stream::BoxStream};
use object_store::{ObjectStoreExt as _, buffered::BufWriter, path::Path as Key};
use tokio::io::AsyncWriteExt as _;

use super::{BlobError, Blobs};

/// Where they are.
const FOLDER: &str = "files";
/// So much of a file is in memory while it is written: the smallest part that buckets take.
const PART: usize = 5 << 20;
/// So many parts are on their way at once.
const PARTS: usize = 2;

/// The bytes of a file, from its start.
pub type FileStream = BoxStream<'static, Result<Bytes, BlobError>>;

/// A file that is being written. It is there once [`FileWriter::finish`] has answered.
pub struct FileWriter(BufWriter);

impl fmt::Debug for FileWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileWriter")
    }
}

impl FileWriter {
    /// Adds bytes.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), BlobError> {
        Ok(self.0.put(bytes).await?)
    }

    /// Keeps the file. When it answers, it lasts.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn finish(mut self) -> Result<(), BlobError> {
        self.0.shutdown().await.map_err(failed)
    }

    /// Gives it up. What cannot be taken back now goes with [`Blobs::delete_file`].
    pub async fn abort(mut self) {
        drop(self.0.abort().await);
    }
}

impl Blobs {
    /// Begins a file. Nobody has written one with this id before.
    #[must_use]
    pub fn write_file(&self, id: AttachmentId) -> FileWriter {
        FileWriter(BufWriter::with_capacity(self.store.clone(), key(id), PART).with_max_concurrency(PARTS))
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`BlobError::NoFile`]; when the store fails.
    pub async fn read_file(&self, id: AttachmentId) -> Result<FileStream, BlobError> {
        match self.store.get(&key(id)).await {
            Err(object_store::Error::NotFound { .. }) => Err(BlobError::NoFile(id)),
            found => Ok(found?.into_stream().map_err(BlobError::from).boxed()),
        }
    }

    /// Reads a piece of a file, which has at least `range.end` bytes.
    ///
    /// # Errors
    /// [`BlobError::NoFile`]; when the store fails.
    pub async fn read_piece(&self, id: AttachmentId, range: Range<u64>) -> Result<Bytes, BlobError> {
        match self.store.get_range(&key(id), range).await {
            Err(object_store::Error::NotFound { .. }) => Err(BlobError::NoFile(id)),
            piece => Ok(piece?),
        }
    }

    /// Deletes a file, if there is one, and what there is of one that was never finished.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn delete_file(&self, id: AttachmentId) -> Result<(), BlobError> {
        match self.store.delete(&key(id)).await {
            Err(object_store::Error::NotFound { .. }) => {}
            deleted => deleted?,
        }
        let Some(folder) = &self.folder else { return Ok(()) };
        let [shelf, of] = place(id);
        match tokio::fs::remove_dir_all(folder.join(FOLDER).join(shelf).join(of)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(error)),
            _ => Ok(()),
        }
    }
}

/// Ids begin alike for years, and end in what is random: two digits of that are enough shelves.
fn place(id: AttachmentId) -> [String; 2] {
    let text = id.to_string();
    [text.chars().skip(text.len() - 2).collect(), text]
}

fn key(id: AttachmentId) -> Key {
    let [shelf, of] = place(id);
    Key::from_iter([FOLDER, shelf.as_str(), of.as_str(), "bytes"])
}

fn failed(error: io::Error) -> BlobError {
    BlobError::Store(object_store::Error::Generic { store: "files", source: Box::new(error) })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn bytes_of(blobs: &Blobs, id: AttachmentId) -> Vec<u8> {
        let parts: Vec<Bytes> = blobs.read_file(id).await.unwrap().try_collect().await.unwrap();
        parts.concat()
    }

    #[tokio::test]
    async fn files_come_back_as_they_were_written_however_large() {
        let folder = tempfile::tempdir().unwrap();
        for blobs in [Blobs::in_directory(folder.path()).unwrap(), Blobs::in_memory()] {
            for size in [0, 1, PART - 1, PART, 2 * PART + 7] {
                let (id, bytes) = (AttachmentId::new(), vec![7; size]);
                let mut writer = blobs.write_file(id);
                for part in bytes.chunks(1 << 20) {
                    writer.write(Bytes::copy_from_slice(part)).await.unwrap();
                }
                assert_eq!(blobs.read_file(id).await.err().unwrap().code(), "blob-not-found", "it is not there before");
                writer.finish().await.unwrap();
                assert!(bytes_of(&blobs, id).await == bytes, "{size}");
                let (from, to) = (size / 2, size);
                if from < to {
                    let piece = blobs.read_piece(id, from as u64..to as u64).await.unwrap();
                    assert!(piece == bytes[from..], "{size}");
                }
                blobs.delete_file(id).await.unwrap();
                blobs.delete_file(id).await.unwrap();
                assert!(matches!(blobs.read_file(id).await, Err(BlobError::NoFile(gone)) if gone == id));
            }
        }
    }

    #[tokio::test]
    async fn nothing_is_left_of_a_file_that_was_given_up_or_never_finished() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::in_directory(folder.path()).unwrap();
        let (given_up, died) = (AttachmentId::new(), AttachmentId::new());
        let mut writer = blobs.write_file(given_up);
        writer.write(Bytes::from(vec![7; PART + 1])).await.unwrap();
        writer.abort().await;
        assert!(blobs.read_file(given_up).await.is_err());
        // As the process leaves it that dies in the middle.
        let [shelf, of] = place(died);
        let place = folder.path().join(FOLDER).join(shelf).join(of);
        std::fs::create_dir_all(&place).unwrap();
        std::fs::write(place.join("bytes#1"), b"half").unwrap();
        blobs.delete_file(died).await.unwrap();
        assert!(!place.exists());
    }
}
