//! Signed rights of installations to run (R62), and their signed revocations. Pure: no clock, no database.
//!
//! An entitlement says what was bought and until when it holds; it is checked without asking anybody. It is issued anew
//! every day while its installation is in order. One that is missing, that has run out or does not verify switches
//! nothing off: it is shown as a banner. Only a revocation with a valid signature, for this very installation and made
//! after the entitlement, stops an add-on.
//!
//! ```text
//! annex-entitlement.<payload>.<signature>      payload: JSON, both in base64url without padding
//! annex-revocation.<payload>.<signature>       signed: the text before the last dot
//! ```

use std::time::Duration;

use annex_domain::{
    addon::AddonId,
    clock::Timestamp,
    ids::{DeskId, InstallationId},
    plan::PlanId,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// How long an entitlement holds after it was issued; a trial's at most until its end.
pub const HOLDS: Duration = Duration::from_hours(3 * 24);
/// How often entitlements are issued anew.
pub const REFRESHED: Duration = Duration::from_hours(24);
/// How long an add-on runs after its entitlement has run out, before anything may be revoked for it.
pub const GRACE: Duration = Duration::from_hours(14 * 24);

const ENTITLEMENT: &str = "annex-entitlement";
const REVOCATION: &str = "annex-revocation";
const DAY_MS: u64 = 24 * 3600 * 1000;

/// What an installation may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entitlement {
    /// Of which desk.
    pub desk: DeskId,
    /// Which installation.
    pub installation: InstallationId,
    /// Of which add-on.
    pub addon: AddonId,
    /// On which plan.
    pub plan: PlanId,
    /// Licences or seats; 1 where the plan does not count them.
    pub licences: u32,
    /// In its trial.
    pub trial: bool,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// From then on it has run out.
    pub not_after: Timestamp,
}

annex_domain::words! {
    /// Why an entitlement was revoked.
    pub enum Reason: "reason of a revocation" {
        /// An operator cancelled (R12).
        Cancelled = "cancelled",
        /// The trial is over (R20).
        TrialEnded = "trial-ended",
        /// An invoice was not paid after the days of grace.
        Unpaid = "unpaid",
        /// The add-on was uninstalled, or what was paid went back.
        Ended = "ended",
        /// Whoever runs the host said so.
        ByHost = "by-host",
    }
}

/// The end of an entitlement before its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    /// Of which desk.
    pub desk: DeskId,
    /// Which installation.
    pub installation: InstallationId,
    /// Why.
    pub reason: Reason,
    /// When. Entitlements that were issued later are not touched.
    pub revoked_at: Timestamp,
}

/// Why a text is not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not three parts with the right word before them.
    #[error("not a token of this kind")]
    Malformed,
    /// Signed by another key, or changed.
    #[error("the signature does not belong to this host's key: the token was changed, or the master key was replaced")]
    Signature,
    /// Signed well, but not understood.
    #[error("the token does not say what it should: it may come from a newer version")]
    Content,
    /// For another installation or desk.
    #[error("the token is for another installation")]
    Another,
}

impl TokenError {
    /// Stable word for programs.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Malformed => "token-malformed",
            Self::Signature => "token-signature",
            Self::Content => "token-content",
            Self::Another => "token-of-another",
        }
    }
}

/// Where an installation stands by its tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// In order.
    Valid,
    /// Run out; it runs on, with a banner.
    Grace {
        /// Whole days of grace that are left, counted up.
        days_left: u32,
    },
    /// The days of grace are over; it still runs until it is revoked.
    Overdue,
    /// There is none, or it cannot be read; it runs, with a banner.
    Unreadable,
    /// Stopped.
    Revoked(Reason),
}

impl Standing {
    /// True while the add-on may run: whatever happens, unless it was revoked.
    #[must_use]
    pub fn runs(self) -> bool {
        !matches!(self, Self::Revoked(_))
    }

    /// The word in JSON and HTML.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Grace { .. } => "grace",
            Self::Overdue => "overdue",
            Self::Unreadable => "unreadable",
            Self::Revoked(_) => "revoked",
        }
    }
}

/// Signs and checks, with one key. Cheap to clone.
#[derive(Clone)]
pub struct Signer(SigningKey);

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Signer").field(&hex::encode(self.public())).finish()
    }
}

impl Signer {
    /// With the key of that secret seed.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The public key, for whoever checks without this host.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// The text of an entitlement.
    #[must_use]
    pub fn issue(&self, entitlement: &Entitlement) -> String {
        self.sign(ENTITLEMENT, entitlement)
    }

    /// The text of a revocation.
    #[must_use]
    pub fn revoke(&self, revocation: &Revocation) -> String {
        self.sign(REVOCATION, revocation)
    }

    /// Reads an entitlement.
    ///
    /// # Errors
    /// Unless this host signed it.
    pub fn entitlement(&self, token: &str) -> Result<Entitlement, TokenError> {
        read(&self.0.verifying_key(), ENTITLEMENT, token)
    }

    /// Reads a revocation.
    ///
    /// # Errors
    /// Unless this host signed it.
    pub fn revocation(&self, token: &str) -> Result<Revocation, TokenError> {
        read(&self.0.verifying_key(), REVOCATION, token)
    }

    /// Where an installation stands by the tokens that are kept of it.
    #[must_use]
    pub fn standing(
        &self,
        desk: DeskId,
        installation: InstallationId,
        token: Option<&str>,
        revocation: Option<&str>,
        now: Timestamp,
    ) -> Standing {
        let own = |of_desk: DeskId, of: InstallationId| of_desk == desk && of == installation;
        let entitlement = token.and_then(|token| self.entitlement(token).ok());
        let entitlement = entitlement.filter(|found| own(found.desk, found.installation));
        let revocation = revocation.and_then(|token| self.revocation(token).ok());
        if let Some(revoked) = revocation.filter(|found| own(found.desk, found.installation))
            && entitlement.as_ref().is_none_or(|entitlement| entitlement.issued_at <= revoked.revoked_at)
        {
            return Standing::Revoked(revoked.reason);
        }
        let Some(entitlement) = entitlement else { return Standing::Unreadable };
        if now < entitlement.not_after {
            return Standing::Valid;
        }
        let end = entitlement.not_after.after(GRACE);
        if now >= end {
            return Standing::Overdue;
        }
        let left = u64::try_from(end.since(now).as_millis()).unwrap_or(u64::MAX);
        Standing::Grace { days_left: u32::try_from(left.div_ceil(DAY_MS)).unwrap_or(u32::MAX) }
    }

    fn sign<T: Serialize>(&self, word: &str, content: &T) -> String {
        // Ids, texts and numbers always have a JSON form; nothing signed by mistake would verify as anything.
        let payload = serde_json::to_vec(content).unwrap_or_default();
        let text = format!("{word}.{}", URL_SAFE_NO_PAD.encode(payload));
        let signature = self.0.sign(text.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }
}

fn read<T: DeserializeOwned>(key: &VerifyingKey, word: &str, token: &str) -> Result<T, TokenError> {
    let (text, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
    let (found, payload) = text.split_once('.').ok_or(TokenError::Malformed)?;
    if found != word {
        return Err(TokenError::Malformed);
    }
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| TokenError::Malformed);
    let signature = Signature::from_slice(&decode(signature)?).map_err(|_| TokenError::Malformed)?;
    key.verify_strict(text.as_bytes(), &signature).map_err(|_| TokenError::Signature)?;
    serde_json::from_slice(&decode(payload)?).map_err(|_| TokenError::Content)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_700_000_000_000);

    fn entitlement() -> Entitlement {
        Entitlement {
            desk: DeskId::new(),
            installation: InstallationId::new(),
            addon: "acme.hello".parse().unwrap(),
            plan: "team".parse().unwrap(),
            licences: 3,
            trial: false,
            issued_at: NOW,
            not_after: NOW.after(HOLDS),
        }
    }

    fn signer() -> Signer {
        Signer::from_seed(&[5; 32])
    }

    #[test]
    fn what_was_issued_is_read_again_and_nothing_else() {
        let (signer, entitlement) = (signer(), entitlement());
        let token = signer.issue(&entitlement);
        assert_eq!(signer.entitlement(&token), Ok(entitlement));
        assert_eq!(signer.revocation(&token), Err(TokenError::Malformed));
        assert_eq!(Signer::from_seed(&[6; 32]).entitlement(&token), Err(TokenError::Signature));
        assert_eq!(signer.entitlement("annex-entitlement.e30"), Err(TokenError::Malformed));
    }

    #[test]
    fn a_changed_letter_anywhere_is_found() {
        let (signer, entitlement) = (signer(), entitlement());
        let token = signer.issue(&entitlement);
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(signer.entitlement(&changed).is_err(), "{at}");
        }
    }

    #[test]
    fn nothing_but_a_revocation_of_its_own_stops() {
        let (signer, held) = (signer(), entitlement());
        let token = signer.issue(&held);
        let standing = |token: Option<&str>, revocation: Option<&str>, now| {
            signer.standing(held.desk, held.installation, token, revocation, now)
        };
        let day = Duration::from_hours(24);
        assert_eq!(standing(Some(&token), None, NOW), Standing::Valid);
        assert_eq!(standing(Some(&token), None, held.not_after), Standing::Grace { days_left: 14 });
        let last = held.not_after.after(GRACE).before(Duration::from_millis(1));
        assert_eq!(standing(Some(&token), None, last), Standing::Grace { days_left: 1 });
        assert_eq!(standing(Some(&token), None, held.not_after.after(GRACE)), Standing::Overdue);
        assert_eq!(standing(None, None, NOW), Standing::Unreadable);
        assert_eq!(standing(Some("nonsense"), Some("nonsense"), NOW), Standing::Unreadable);

        let revocation = Revocation {
            desk: held.desk,
            installation: held.installation,
            reason: Reason::Unpaid,
            revoked_at: NOW.after(day),
        };
        let revoked = signer.revoke(&revocation);
        assert_eq!(standing(Some(&token), Some(&revoked), NOW), Standing::Revoked(Reason::Unpaid));
        let other = signer.revoke(&Revocation { installation: InstallationId::new(), ..revocation.clone() });
        assert_eq!(standing(Some(&token), Some(&other), NOW), Standing::Valid);
        let forged = Signer::from_seed(&[6; 32]).revoke(&revocation);
        assert_eq!(standing(Some(&token), Some(&forged), NOW), Standing::Valid);
        let later = signer.issue(&Entitlement { issued_at: NOW.after(2 * day), ..held.clone() });
        assert_eq!(standing(Some(&later), Some(&revoked), NOW), Standing::Valid);
    }
}
