//! The keys of the issuer, one for each algorithm that it signs with. A key is made when it is first needed, and kept sealed
//! in the database, so that every node signs with the same one. Whoever asks for the key set gets those that were replaced
//! lately, too.

use std::error::Error;

use annex_domain::{addon::Digest, es256, oauth::SigningAlgorithm, random};
use annex_store::{billing::issuer_keys, vault::Vault};
use ed25519_dalek::pkcs8::{EncodePrivateKey as _, spki::der::pem::LineEnding as PemEnding};
use openidconnect::{
    JsonWebKeyId, PrivateSigningKey, SigningError,
    core::{
        CoreEdDsaPrivateSigningKey, CoreJsonWebKey, CoreJsonWebKeySet, CoreJwsSigningAlgorithm,
        CoreRsaPrivateSigningKey,
    },
};
use rsa::{
    RsaPrivateKey,
    pkcs1::{DecodeRsaPrivateKey as _, EncodeRsaPrivateKey as _, LineEnding},
    rand_core::OsRng,
    traits::PublicKeyParts as _,
};
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

use crate::{error::PageError, state::AppState};

/// As NIST SP 800-57 allows until 2030.
const RSA_BITS: usize = 2048;

/// A key could not be made, sealed or opened.
#[derive(Debug, thiserror::Error)]
#[error("a key of the issuer cannot be used")]
pub struct KeyError(#[source] Box<dyn Error + Send + Sync>);

impl KeyError {
    fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(error.into())
    }
}

/// A key that ID tokens are signed with.
pub(crate) struct Key {
    pub(crate) algorithm: CoreJwsSigningAlgorithm,
    pair: Pair,
}

enum Pair {
    Rsa(Box<CoreRsaPrivateSigningKey>),
    /// With its public half, as openidconnect knows it.
    Ec(es256::KeyPair, CoreJsonWebKey),
    Ed(CoreEdDsaPrivateSigningKey),
}

impl PrivateSigningKey for Key {
    type VerificationKey = CoreJsonWebKey;

    fn sign(&self, algorithm: &CoreJwsSigningAlgorithm, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        match &self.pair {
            Pair::Rsa(key) => key.sign(algorithm, message),
            Pair::Ec(pair, _) => Ok(pair.sign(message)),
            Pair::Ed(key) => key.sign(algorithm, message),
        }
    }

    fn as_verification_key(&self) -> CoreJsonWebKey {
        match &self.pair {
            Pair::Rsa(key) => key.as_verification_key(),
            Pair::Ec(_, public) => public.clone(),
            Pair::Ed(key) => key.as_verification_key(),
        }
    }
}

/// An algorithm, as openidconnect names it.
pub(super) fn named(algorithm: SigningAlgorithm) -> CoreJwsSigningAlgorithm {
    match algorithm {
        SigningAlgorithm::Rs256 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        SigningAlgorithm::Es256 => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
        SigningAlgorithm::EdDsa => CoreJwsSigningAlgorithm::EdDsa,
    }
}

/// The key of an algorithm.
pub(crate) async fn signing(state: &AppState, algorithm: SigningAlgorithm) -> Result<Key, PageError> {
    let vault = state.lifecycle.vault();
    let kept = issuer_keys::current(&mut state.db.read().await?, algorithm).await?;
    let sealed = match kept {
        Some(sealed) => sealed,
        None => {
            let made = new_issuer_key(vault, algorithm).await.map_err(PageError::internal)?;
            annex_billing::accounts::keep_key(&state.billing, algorithm, &made).await?
        }
    };
    open(vault, algorithm, &sealed).map_err(PageError::internal)
}

/// The key set: those that sign, and those that did until lately.
pub(crate) async fn shown(state: &AppState) -> Result<CoreJsonWebKeySet, PageError> {
    for algorithm in SigningAlgorithm::ALL {
        signing(state, algorithm).await?;
    }
    let kept = issuer_keys::shown(&mut state.db.read().await?, state.clock.now()).await?;
    let mut keys = Vec::new();
    for (algorithm, sealed) in kept {
        let key = open(state.lifecycle.vault(), algorithm, &sealed).map_err(PageError::internal)?;
        keys.push(key.as_verification_key());
    }
    Ok(CoreJsonWebKeySet::new(keys))
}

/// A new key of an algorithm, sealed; it signs once it is kept.
///
/// # Errors
/// When there is no randomness.
pub async fn new_issuer_key(vault: &Vault, algorithm: SigningAlgorithm) -> Result<Vec<u8>, KeyError> {
    let secret = match algorithm {
        SigningAlgorithm::Rs256 => {
            let made = spawn_blocking(|| RsaPrivateKey::new(&mut OsRng, RSA_BITS)).await;
            let key = made.map_err(KeyError::new)?.map_err(KeyError::new)?;
            Zeroizing::new(key.to_pkcs1_der().map_err(KeyError::new)?.as_bytes().to_vec())
        }
        SigningAlgorithm::Es256 => Zeroizing::new(es256::KeyPair::new().map_err(KeyError::new)?.to_bytes()),
        SigningAlgorithm::EdDsa => Zeroizing::new(random::bytes::<32>().map_err(KeyError::new)?.to_vec()),
    };
    vault.seal_state(&context(algorithm), &secret).map_err(KeyError::new)
}

fn context(algorithm: SigningAlgorithm) -> String {
    match algorithm {
        // As it was sealed when there was no other.
        SigningAlgorithm::Rs256 => "client area: key of ID tokens".to_owned(),
        SigningAlgorithm::Es256 | SigningAlgorithm::EdDsa => format!("issuer: key of {algorithm}"),
    }
}

fn open(vault: &Vault, algorithm: SigningAlgorithm, sealed: &[u8]) -> Result<Key, KeyError> {
    let secret = Zeroizing::new(vault.open_state(&context(algorithm), sealed).map_err(KeyError::new)?);
    let pair = match algorithm {
        SigningAlgorithm::Rs256 => rsa(&secret)?,
        SigningAlgorithm::Es256 => {
            let pair = es256::KeyPair::from_bytes(&secret).ok_or_else(|| KeyError::new("not a number of the curve"))?;
            let public = serde_json::from_value(pair.jwk()).map_err(KeyError::new)?;
            Pair::Ec(pair, public)
        }
        SigningAlgorithm::EdDsa => ed25519(&secret)?,
    };
    Ok(Key { algorithm: named(algorithm), pair })
}

fn rsa(der: &[u8]) -> Result<Pair, KeyError> {
    let key = RsaPrivateKey::from_pkcs1_der(der).map_err(KeyError::new)?;
    let pem = key.to_pkcs1_pem(LineEnding::LF).map_err(KeyError::new)?;
    let pair = CoreRsaPrivateSigningKey::from_pem(&pem, Some(id_of(&key.n().to_bytes_be()))).map_err(KeyError::new)?;
    Ok(Pair::Rsa(Box::new(pair)))
}

fn ed25519(seed: &[u8]) -> Result<Pair, KeyError> {
    let key = ed25519_dalek::SigningKey::from_bytes(seed.try_into().map_err(KeyError::new)?);
    let pem = key.to_pkcs8_pem(PemEnding::LF).map_err(|_| KeyError::new("no PEM can be made"))?;
    let id = id_of(key.verifying_key().as_bytes());
    let pair = CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(id)).map_err(KeyError::new)?;
    Ok(Pair::Ed(pair))
}

/// Always the same for a public key.
fn id_of(public: &[u8]) -> JsonWebKeyId {
    JsonWebKeyId::new(Digest::of(public).to_string().chars().rev().take(16).collect())
}
