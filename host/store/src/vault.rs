//! Secrets at rest. A master key outside the database wraps one data key per desk; a desk's key seals the values of
//! secret settings with XChaCha20-Poly1305. The place of a value (desk, add-on, setting) is its associated data, so a
//! sealed value that is copied to another place does not open there.
//!
//! Sealed bytes: format (1 byte, `1`), nonce (24 bytes), ciphertext with its tag.

use std::{fmt, path::Path, sync::Arc};

use annex_domain::{addon::AddonId, clock::Timestamp, ids::DeskId, random};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead as _, KeyInit as _, Payload},
};
use hmac::{Hmac, Mac as _};
use secrecy::SecretString;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{
    db::{
        Conn, Tx,
        query::{execute, fetch_optional},
    },
    error::{Result, StoreError},
};

mod key_file;

const FORMAT: u8 = 1;
const NONCE: usize = 24;

pub use crate::error::VaultError;

/// A 256-bit key that is wiped when dropped.
type Key = Zeroizing<[u8; 32]>;

/// Seals and opens. Cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<Key>);

impl Vault {
    /// The vault of a data directory: its key is in `master.key`, which is made (mode 0600) when missing.
    ///
    /// # Errors
    /// When the file cannot be read or made, is malformed, or can be read by others.
    pub fn in_directory(directory: &Path) -> Result<Self, VaultError> {
        Ok(Self(Arc::new(key_file::load_or_make(&directory.join("master.key"))?)))
    }

    /// With a key from the configuration, as several nodes need to share it: 64 hexadecimal digits.
    ///
    /// # Errors
    /// [`VaultError::Malformed`].
    pub fn with_key(hex_digits: &str) -> Result<Self, VaultError> {
        Ok(Self(Arc::new(key_file::parse(hex_digits)?)))
    }

    /// A key for another purpose (`artifacts`, `state`, …), always the same for the same master key and purpose.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        // HMAC takes keys of any length, so this arm is never taken; a constant would be worse than an empty key.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.as_slice()) else { return [0; 32] };
        mac.update(b"annex key derivation 1\0");
        mac.update(purpose.as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// The key of the MAC over compiled components.
    #[must_use]
    pub fn mac_key(&self) -> [u8; 32] {
        self.derive("compiled component artifacts")
    }

    /// Seals bytes that leave the host for a while, such as a panel's state in a page. `context` says for whom and
    /// what; the same is needed to open them.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn seal_state(&self, context: &str, state: &[u8]) -> Result<Vec<u8>, VaultError> {
        seal(&Zeroizing::new(self.derive("state in pages")), context.as_bytes(), state)
    }

    /// Opens what [`Self::seal_state`] sealed.
    ///
    /// # Errors
    /// [`VaultError::DoesNotOpen`].
    pub fn open_state(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        open(&Zeroizing::new(self.derive("state in pages")), context.as_bytes(), sealed)
    }

    /// Seals the value of a setting with the desk's key, which is made when the desk has none.
    ///
    /// # Errors
    /// When the database fails, or the desk's key does not open.
    pub async fn seal(
        &self,
        tx: &mut Tx,
        place: SecretPlace<'_>,
        value: &SecretString,
        now: Timestamp,
    ) -> Result<Vec<u8>> {
        use secrecy::ExposeSecret as _;
        let key = match self.desk_key(tx, place.desk).await? {
            Some(key) => key,
            None => self.make_desk_key(tx, place.desk, now).await?,
        };
        Ok(seal(&key, place.to_string().as_bytes(), value.expose_secret().as_bytes())?)
    }

    /// Opens the value of a setting.
    ///
    /// # Errors
    /// [`VaultError::DoesNotOpen`] when it was sealed for another place or key; when the database fails.
    pub async fn open(&self, conn: &mut Conn, place: SecretPlace<'_>, sealed: &[u8]) -> Result<SecretString> {
        let key = self.desk_key(conn, place.desk).await?.ok_or(VaultError::DoesNotOpen)?;
        let bytes = Zeroizing::new(open(&key, place.to_string().as_bytes(), sealed)?);
        let text = std::str::from_utf8(&bytes).map_err(|_| VaultError::DoesNotOpen)?;
        Ok(SecretString::from(text))
    }

    /// Checks at the start that this master key belongs to this database.
    ///
    /// # Errors
    /// [`VaultError::DoesNotOpen`] when a desk's key was wrapped with another.
    pub async fn check(&self, conn: &mut Conn) -> Result<()> {
        let sql = "SELECT desk_id, wrapped FROM desk_keys ORDER BY desk_id LIMIT 1";
        if let Some((desk, wrapped)) = fetch_optional!(conn, (String, Vec<u8>), sql)? {
            self.unwrap(&desk, &wrapped)?;
        }
        Ok(())
    }

    async fn desk_key(&self, conn: &mut Conn, desk: DeskId) -> Result<Option<Key>> {
        let sql = "SELECT wrapped FROM desk_keys WHERE desk_id = $1";
        let Some((wrapped,)) = fetch_optional!(conn, (Vec<u8>,), sql, desk)? else { return Ok(None) };
        Ok(Some(self.unwrap(&desk.to_string(), &wrapped)?))
    }

    async fn make_desk_key(&self, tx: &mut Tx, desk: DeskId, now: Timestamp) -> Result<Key> {
        let key: Key = Zeroizing::new(random::bytes()?);
        let wrapped = seal(&self.0, format!("desk-key/{desk}").as_bytes(), key.as_slice())?;
        execute!(
            tx,
            "INSERT INTO desk_keys (desk_id, wrapped, created_at) VALUES ($1, $2, $3) ON CONFLICT (desk_id) DO NOTHING",
            desk,
            wrapped,
            now
        )?;
        // Another node may have been faster: the stored key counts.
        self.desk_key(tx, desk).await?.ok_or(StoreError::NotFound("data key of the desk"))
    }

    fn unwrap(&self, desk: &str, wrapped: &[u8]) -> Result<Key, VaultError> {
        let bytes = Zeroizing::new(open(&self.0, format!("desk-key/{desk}").as_bytes(), wrapped)?);
        let key: [u8; 32] = bytes.as_slice().try_into().map_err(|_| VaultError::DoesNotOpen)?;
        Ok(Zeroizing::new(key))
    }
}

/// Shows nothing of the key.
impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault")
    }
}

/// Where a sealed value belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretPlace<'a> {
    /// The desk.
    pub desk: DeskId,
    /// The add-on.
    pub addon: &'a AddonId,
    /// Key of the setting.
    pub setting: &'a str,
}

impl fmt::Display for SecretPlace<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.desk, self.addon, self.setting)
    }
}

fn seal(key: &Key, aad: &[u8], msg: &[u8]) -> Result<Vec<u8>, VaultError> {
    let nonce = random::bytes::<NONCE>()?;
    let cipher = XChaCha20Poly1305::new((&**key).into());
    let sealed = cipher.encrypt(&XNonce::from(nonce), Payload { msg, aad }).map_err(|_| VaultError::DoesNotOpen)?;
    Ok([&[FORMAT][..], &nonce, &sealed].concat())
}

fn open(key: &Key, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
    let Some((&FORMAT, rest)) = sealed.split_first() else { return Err(VaultError::DoesNotOpen) };
    let Some((nonce, msg)) = rest.split_first_chunk::<NONCE>() else { return Err(VaultError::DoesNotOpen) };
    let cipher = XChaCha20Poly1305::new((&**key).into());
    cipher.decrypt(&XNonce::from(*nonce), Payload { msg, aad }).map_err(|_| VaultError::DoesNotOpen)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;
    use crate::{desks, testing::on_both};

    const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    #[tokio::test]
    async fn a_secret_opens_only_in_its_place_and_with_its_key() {
        on_both(async |db| {
            let vault = Vault::with_key(KEY).unwrap();
            let mut tx = db.begin().await.unwrap();
            let desk = desks::create(&mut tx, "One", "en", Timestamp(1)).await.unwrap().id;
            let other = desks::create(&mut tx, "Two", "en", Timestamp(1)).await.unwrap().id;
            let addon: AddonId = "acme.sync".parse().unwrap();
            let another: AddonId = "acme.sink".parse().unwrap();
            let place = SecretPlace { desk, addon: &addon, setting: "key" };
            let sealed = vault.seal(&mut tx, place, &"s3cret".into(), Timestamp(1)).await.unwrap();
            vault.seal(&mut tx, SecretPlace { desk: other, ..place }, &"x".into(), Timestamp(1)).await.unwrap();
            assert!(!sealed.windows(6).any(|window| window == b"s3cret"));
            assert_eq!(vault.open(&mut tx, place, &sealed).await.unwrap().expose_secret(), "s3cret");
            for wrong in [
                SecretPlace { desk: other, ..place },
                SecretPlace { addon: &another, ..place },
                SecretPlace { setting: "key2", ..place },
            ] {
                assert!(vault.open(&mut tx, wrong, &sealed).await.is_err(), "{wrong}");
            }
            for index in 0..sealed.len() {
                let mut flipped = sealed.clone();
                flipped[index] ^= 1;
                assert!(vault.open(&mut tx, place, &flipped).await.is_err(), "byte {index}");
            }
            vault.check(&mut tx).await.unwrap();
            let stranger = Vault::with_key(&KEY.replace("00", "ff")).unwrap();
            assert!(matches!(stranger.check(&mut tx).await, Err(StoreError::Vault(VaultError::DoesNotOpen))));
        })
        .await;
    }

    #[test]
    fn state_opens_in_its_context_only() {
        let vault = Vault::with_key(KEY).unwrap();
        let sealed = vault.seal_state("ticket 1", b"page 2").unwrap();
        assert_eq!(vault.open_state("ticket 1", &sealed).unwrap(), b"page 2");
        assert!(vault.open_state("ticket 2", &sealed).is_err());
        assert!(vault.open_state("ticket 1", &sealed[..10]).is_err());
        assert!(vault.open_state("ticket 1", &[]).is_err());
    }

    #[test]
    fn derived_keys_differ_by_purpose() {
        let vault = Vault::with_key(KEY).unwrap();
        assert_ne!(vault.derive("a"), vault.derive("b"));
        assert_eq!(vault.derive("a"), Vault::with_key(KEY).unwrap().derive("a"));
        assert_eq!(format!("{vault:?}"), "Vault");
    }
}
