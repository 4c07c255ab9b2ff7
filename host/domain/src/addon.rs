//! What names an add-on and its bytes: ids, kinds, versions, digests, key ids.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::words::Invalid;

/// A semver release of an add-on.
pub type Version = semver::Version;

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $check:path) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl FromStr for $name {
            type Err = Invalid;
            fn from_str(text: &str) -> Result<Self, Invalid> {
                $check(text)?;
                Ok(Self(text.into()))
            }
        }
        impl TryFrom<String> for $name {
            type Error = Invalid;
            fn try_from(text: String) -> Result<Self, Invalid> {
                $check(&text)?;
                Ok(Self(text))
            }
        }
        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}

text_type! {
    /// `publisher.slug`, such as `acme.contact-sync`; each part 2 to 40 of `a-z 0-9 -`.
    AddonId, check_addon_id
}
text_type! {
    /// The publisher's part of an [`AddonId`].
    PublisherSlug, check_slug
}
text_type! {
    /// SHA-256 of something, 64 lower-case hexadecimal digits.
    Digest, check_digest
}
text_type! {
    /// Names an Ed25519 public key: SHA-256 of its 32 bytes, 64 lower-case hexadecimal digits.
    KeyId, check_digest
}

impl AddonId {
    /// Who publishes it.
    #[must_use]
    pub fn publisher(&self) -> PublisherSlug {
        PublisherSlug(self.0.split('.').next().unwrap_or_default().into())
    }

    /// The part after the publisher.
    #[must_use]
    pub fn slug(&self) -> &str {
        self.0.split('.').nth(1).unwrap_or_default()
    }
}

impl Digest {
    /// The digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(hex::encode(Sha256::digest(bytes)))
    }
}

impl KeyId {
    /// The id of a public key.
    #[must_use]
    pub fn of(public_key: &[u8; 32]) -> Self {
        Self(hex::encode(Sha256::digest(public_key)))
    }
}

fn check_slug(text: &str) -> Result<(), Invalid> {
    let characters = text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if !(2..=40).contains(&text.len()) || !characters || text.starts_with('-') || text.ends_with('-') {
        return Err(Invalid("expected 2 to 40 of a-z, 0-9 and -, not starting or ending with -"));
    }
    Ok(())
}

fn check_addon_id(text: &str) -> Result<(), Invalid> {
    let (publisher, slug) =
        text.split_once('.').ok_or(Invalid("expected `publisher.slug`, such as `acme.contact-sync`"))?;
    check_slug(publisher)?;
    check_slug(slug)
}

fn check_digest(text: &str) -> Result<(), Invalid> {
    if text.len() != 64 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(Invalid("expected 64 lower-case hexadecimal digits"));
    }
    Ok(())
}

crate::words! {
    /// What a publisher's key may sign.
    pub enum KeyPurpose: "purpose of a key" {
        /// Packages of its publisher.
        Package = "package",
        /// Reviews of a marketplace: never a developer's proof.
        Marketplace = "marketplace",
    }

    /// What an add-on is (R1).
    pub enum Kind: "kind of add-on" {
        /// Shows a panel in the ticket sidebar and hears events.
        Plugin = "plugin",
        /// A way for requesters to write and be answered.
        Channel = "channel",
        /// A translation of the panel.
        Language = "language",
    }
}

/// The rising number of a package within its add-on: the host never goes below the highest one it has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seq(pub u32);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addon_ids_have_a_publisher_and_a_slug() {
        let id: AddonId = "acme.contact-sync".parse().unwrap();
        assert_eq!((id.publisher().as_str(), id.slug()), ("acme", "contact-sync"));
        for bad in ["acme", "Acme.x1", "acme.a.b", "acme.-x", "a.bb", ".bb", "acme.é"] {
            assert!(bad.parse::<AddonId>().is_err(), "{bad}");
        }
    }
}
