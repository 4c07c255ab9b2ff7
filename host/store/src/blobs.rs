//! Large bytes (packages, artifacts of releases, snapshots) by their SHA-256, in a local directory or an S3-compatible
//! store. What is written once never changes, and what is read is checked against its name. Files of messages are kept there by
//! their ids, and are never whole in memory: [`FileWriter`].

mod files;

use std::{path::Path, sync::Arc};

use annex_domain::{
    addon::Digest,
    ids::{AttachmentId, InstallationId},
    random,
};
use bytes::Bytes;
use object_store::{
    ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, PutPayload, aws::AmazonS3Builder, local::LocalFileSystem,
    path::Path as Key, prefix::PrefixStore,
};

pub use files::{FileStream, FileWriter};

/// Stores bytes under their digest, and files under their ids. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    /// Where it is a local directory.
    folder: Option<Arc<Path>>,
}

/// Why a blob was not stored or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// No blob with this digest.
    #[error("there is no blob {0}")]
    NotFound(Digest),
    /// The stored bytes are not those that were written.
    #[error("the stored blob {0} is damaged: restore it from a backup, or publish the package again")]
    Damaged(Digest),
    /// No file with this id.
    #[error("there is no file {0}")]
    NoFile(AttachmentId),
    /// The URL is none that can be used.
    #[error("the blob store URL must be s3://bucket or s3://bucket/prefix")]
    Url,
    /// The directory cannot be made.
    #[error("the blob directory cannot be made")]
    Directory(#[source] std::io::Error),
    /// The store failed.
    #[error("the blob store failed")]
    Store(#[from] object_store::Error),
}

impl BlobError {
    /// Stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) | Self::NoFile(_) => "blob-not-found",
            Self::Damaged(_) => "blob-damaged",
            Self::Url => "blob-url",
            Self::Directory(_) | Self::Store(_) => "blob-store",
        }
    }
}

impl Blobs {
    /// In a local directory, made when missing.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn in_directory(directory: &Path) -> Result<Self, BlobError> {
        std::fs::create_dir_all(directory).map_err(BlobError::Directory)?;
        // fsync: the row that refers to a blob is durable, so the blob must be.
        let store = LocalFileSystem::new_with_prefix(directory)?.with_fsync(true);
        Ok(Self { store: Arc::new(store), folder: Some(directory.into()) })
    }

    /// In a bucket: `s3://bucket` or `s3://bucket/prefix`. Region, endpoint and credentials come from the usual `AWS_…`
    /// variables; the caller reads the environment and passes them as (name, value).
    ///
    /// # Errors
    /// When the URL or a variable cannot be used.
    pub fn in_bucket(url: &str, variables: impl IntoIterator<Item = (String, String)>) -> Result<Self, BlobError> {
        let rest = url.strip_prefix("s3://").ok_or(BlobError::Url)?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(BlobError::Url);
        }
        let mut builder = AmazonS3Builder::new().with_bucket_name(bucket);
        for (name, value) in variables {
            if let Ok(key) = name.to_ascii_lowercase().parse() {
                builder = builder.with_config(key, value);
            }
        }
        let store = builder.build()?;
        let prefix = prefix.trim_matches('/');
        let store: Arc<dyn ObjectStore> =
            if prefix.is_empty() { Arc::new(store) } else { Arc::new(PrefixStore::new(store, prefix)) };
        Ok(Self { store, folder: None })
    }

    /// In memory, for tests.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub fn in_memory() -> Self {
        Self { store: Arc::new(object_store::memory::InMemory::new()), folder: None }
    }

    /// A place in it for the mails of an installation: who deletes what it has read takes nothing from another that got the same.
    #[must_use]
    pub fn mails_of(&self, installation: InstallationId) -> Self {
        let store = PrefixStore::new(Arc::clone(&self.store), format!("mails/{installation}"));
        Self { store: Arc::new(store), folder: None }
    }

    /// What tells this store from every other one; made at the first call, once, whoever else is at it.
    pub async fn mark(&self) -> Result<String, BlobError> {
        let place = Key::from("store-id");
        let new = [random::error_id(), random::error_id()].concat();
        let once = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.store.put_opts(&place, PutPayload::from_bytes(new.clone().into()), once).await {
            Ok(_) => Ok(new),
            Err(object_store::Error::AlreadyExists { .. }) => {
                let bytes = self.store.get(&place).await?.bytes().await?;
                Ok(String::from_utf8_lossy(&bytes).into_owned())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Stores bytes; storing the same again changes nothing.
    pub async fn put(&self, bytes: Bytes) -> Result<Digest, BlobError> {
        let digest = Digest::of(&bytes);
        self.store.put(&key(&digest), PutPayload::from_bytes(bytes)).await?;
        Ok(digest)
    }

    /// The bytes with this digest.
    ///
    /// # Errors
    /// When there are none, they are damaged, or the store fails.
    pub async fn get(&self, digest: &Digest) -> Result<Bytes, BlobError> {
        let found = match self.store.get(&key(digest)).await {
            Err(object_store::Error::NotFound { .. }) => return Err(BlobError::NotFound(digest.clone())),
            other => other?,
        };
        let bytes = found.bytes().await?;
        if Digest::of(&bytes) == *digest { Ok(bytes) } else { Err(BlobError::Damaged(digest.clone())) }
    }

    /// True when there are bytes with this digest.
    pub async fn exists(&self, digest: &Digest) -> Result<bool, BlobError> {
        match self.store.head(&key(digest)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes the bytes, if there are any. The caller makes sure that nothing refers to them.
    pub async fn delete(&self, digest: &Digest) -> Result<(), BlobError> {
        match self.store.delete(&key(digest)).await {
            Err(object_store::Error::NotFound { .. }) | Ok(()) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// `ab/abcdef…`: directories with a million files are slow on some file systems.
fn key(digest: &Digest) -> Key {
    let text = digest.as_str();
    Key::from_iter([text.get(..2).unwrap_or(text), text])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn bytes_come_back_by_their_digest() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::in_directory(&folder.path().join("blobs")).unwrap();
        let digest = blobs.put(Bytes::from_static(b"abc")).await.unwrap();
        assert_eq!(blobs.put(Bytes::from_static(b"abc")).await.unwrap(), digest);
        assert!(blobs.exists(&digest).await.unwrap());
        assert_eq!(&blobs.get(&digest).await.unwrap()[..], b"abc");
        blobs.delete(&digest).await.unwrap();
        blobs.delete(&digest).await.unwrap();
        assert!(!blobs.exists(&digest).await.unwrap());
        assert_eq!(blobs.get(&digest).await.unwrap_err().code(), "blob-not-found");
    }

    #[tokio::test]
    async fn each_installation_has_bytes_of_its_own_for_its_mails() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::in_directory(folder.path()).unwrap();
        let [one, two] = [InstallationId::new(), InstallationId::new()].map(|of| blobs.mails_of(of));
        let digest = one.put(Bytes::from_static(b"the same")).await.unwrap();
        assert!(!blobs.exists(&digest).await.unwrap() && !two.exists(&digest).await.unwrap());
        two.put(Bytes::from_static(b"the same")).await.unwrap();
        one.delete(&digest).await.unwrap();
        assert_eq!(&two.get(&digest).await.unwrap()[..], b"the same");
    }

    #[tokio::test]
    async fn a_store_has_one_mark_and_another_store_has_another() {
        let folder = tempfile::tempdir().unwrap();
        let one = Blobs::in_directory(&folder.path().join("one")).unwrap();
        let mark = one.mark().await.unwrap();
        assert_eq!(one.mark().await.unwrap(), mark);
        assert_eq!(Blobs::in_directory(&folder.path().join("one")).unwrap().mark().await.unwrap(), mark);
        assert_ne!(Blobs::in_directory(&folder.path().join("two")).unwrap().mark().await.unwrap(), mark);
    }

    #[tokio::test]
    async fn damage_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::in_directory(folder.path()).unwrap();
        let digest = blobs.put(Bytes::from_static(b"abc")).await.unwrap();
        let file = folder.path().join(&digest.as_str()[..2]).join(digest.as_str());
        std::fs::write(file, b"abd").unwrap();
        assert_eq!(blobs.get(&digest).await.unwrap_err().code(), "blob-damaged");
    }

    #[test]
    fn bucket_urls_are_checked() {
        let none = || std::iter::empty::<(String, String)>();
        assert!(matches!(Blobs::in_bucket("file:///x", none()), Err(BlobError::Url)));
        assert!(matches!(Blobs::in_bucket("s3:///x", none()), Err(BlobError::Url)));
        let variables = [("AWS_REGION".to_owned(), "eu-north-1".to_owned())];
        assert!(Blobs::in_bucket("s3://bucket/annex", variables).is_ok());
    }
}
