//! Compiled components on disk. An artifact is machine code: loading one that somebody else wrote would be running it.
//! So each carries an HMAC-SHA-256 under a key that lives elsewhere, over the component's digest, the engine's
//! compatibility hash and the code; without a right one the file counts as missing, and the component is compiled
//! again. The bytes that were checked are the bytes that are loaded.

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use annex_domain::addon::Digest;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use wasmtime::{Engine, component::Component};

const MAC_LENGTH: usize = 32;

/// The folder of artifacts.
pub(crate) struct Artifacts {
    folder: PathBuf,
    key: [u8; 32],
    engine: [u8; 32],
}

/// Machine code that this host's compiler made, now or before. Made only by [`Artifacts`].
pub(crate) struct Authentic(Vec<u8>);

impl Artifacts {
    pub(crate) fn open(folder: &Path, key: [u8; 32], engine: [u8; 32]) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        }
        Ok(Self { folder: folder.to_owned(), key, engine })
    }

    /// The artifact of a component, when there is one and its MAC is right.
    pub(crate) fn load(&self, component: &Digest) -> Option<Authentic> {
        let mut code = fs::read(self.path(component)).ok()?;
        let mac = code.split_off(code.len().checked_sub(MAC_LENGTH)?);
        if self.mac(component, &code)?.verify_slice(&mac).is_err() {
            tracing::warn!(%component, "a compiled artifact has a wrong MAC: it is not loaded, but compiled again");
            return None;
        }
        Some(Authentic(code))
    }

    /// Keeps what the compiler made. A reader sees the whole file or none.
    pub(crate) fn keep(&self, component: &Digest, code: Vec<u8>) -> io::Result<Authentic> {
        let mac = self.mac(component, &code).ok_or_else(|| io::Error::other("no MAC"))?.finalize().into_bytes();
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(&code)?;
        file.write_all(&mac)?;
        file.as_file().sync_all()?;
        file.persist(self.path(component)).map_err(|error| error.error)?;
        Ok(Authentic(code))
    }

    /// Removes the artifact of a component, if there is one.
    pub(crate) fn remove(&self, component: &Digest) -> io::Result<()> {
        match fs::remove_file(self.path(component)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn path(&self, component: &Digest) -> PathBuf {
        let engine: String = hex::encode(self.engine).chars().take(16).collect();
        self.folder.join(format!("{component}-{engine}.cwasm"))
    }

    fn mac(&self, component: &Digest, code: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        // Fixed lengths before the code: no two triples give the same bytes.
        mac.update(b"annex artifact 1");
        mac.update(component.as_str().as_bytes());
        mac.update(&self.engine);
        mac.update(code);
        Some(mac)
    }
}

impl Authentic {
    /// In bytes.
    pub(crate) fn size(&self) -> u64 {
        self.0.len() as u64
    }

    /// Loads the code.
    pub(crate) fn into_component(self, engine: &Engine) -> wasmtime::Result<Component> {
        #[expect(unsafe_code, reason = "only the compiler of this host makes an Authentic, and its MAC was checked")]
        // SAFETY: the bytes are unchanged output of `Engine::precompile_component`: they came over a pipe from our own
        // compiler in this process' lifetime, or carry a MAC under a key that only this host has.
        unsafe {
            Component::deserialize(engine, &self.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(of: &str) -> Digest {
        Digest::of(of.as_bytes())
    }

    #[test]
    fn only_what_was_kept_under_the_same_key_engine_and_digest_is_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let open = |key, engine| Artifacts::open(folder.path(), [key; 32], [engine; 32]).unwrap();
        let artifacts = open(1, 1);
        artifacts.keep(&digest("a"), b"code a".to_vec()).unwrap();
        artifacts.keep(&digest("b"), b"code b".to_vec()).unwrap();
        assert_eq!(artifacts.load(&digest("a")).unwrap().0, b"code a");
        assert!(artifacts.load(&digest("c")).is_none());
        assert!(open(2, 1).load(&digest("a")).is_none(), "another key");
        // The engine is in the name; even under the right name the MAC of another engine is wrong.
        let other = open(1, 2);
        fs::copy(artifacts.path(&digest("a")), other.path(&digest("a"))).unwrap();
        assert!(other.load(&digest("a")).is_none(), "another engine");
        fs::copy(artifacts.path(&digest("b")), artifacts.path(&digest("a"))).unwrap();
        assert!(artifacts.load(&digest("a")).is_none(), "another component");
    }

    #[test]
    fn every_flipped_byte_and_every_cut_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let artifacts = Artifacts::open(folder.path(), [1; 32], [1; 32]).unwrap();
        artifacts.keep(&digest("a"), b"code".to_vec()).unwrap();
        let path = artifacts.path(&digest("a"));
        let right = fs::read(&path).unwrap();
        for at in 0..right.len() {
            let mut wrong = right.clone();
            wrong[at] ^= 1;
            fs::write(&path, wrong).unwrap();
            assert!(artifacts.load(&digest("a")).is_none(), "byte {at}");
            fs::write(&path, &right[..at]).unwrap();
            assert!(artifacts.load(&digest("a")).is_none(), "cut at {at}");
        }
        fs::write(&path, &right).unwrap();
        assert!(artifacts.load(&digest("a")).is_some());
    }
}
