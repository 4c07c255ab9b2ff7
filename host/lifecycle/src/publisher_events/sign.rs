//! The secrets of an endpoint, and the headers that an event is posted with, as <https://www.standardwebhooks.com> has them:
//! `v1` with each shared secret that holds, `v1a` with a key of its own whose public half anybody may have.

use std::time::Duration;

use annex_domain::{
    clock::Timestamp,
    publisher_event::EventId,
    random::{self, NoRandomness},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signer as _, SigningKey};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// How long a secret holds beside the one that took its place.
pub(super) const OVERLAP: Duration = Duration::from_hours(24);
/// Secrets at once: whoever changes them more often than that in a day wants the oldest gone.
const MOST: usize = 4;

/// What is sealed. Newest first.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Secrets {
    shared: Vec<Shared>,
    ed25519: [u8; 32],
}

#[derive(Clone, Serialize, Deserialize)]
struct Shared {
    key: [u8; 32],
    /// None: the newest.
    until: Option<Timestamp>,
}

impl Secrets {
    pub(super) fn generate() -> Result<Self, NoRandomness> {
        let shared = vec![Shared { key: random::bytes()?, until: None }];
        Ok(Self { shared, ed25519: random::bytes()? })
    }

    /// With another shared secret; those before hold for a while.
    pub(super) fn rotated(mut self, now: Timestamp) -> Result<Self, NoRandomness> {
        for former in &mut self.shared {
            former.until.get_or_insert(now.after(OVERLAP));
        }
        self.shared.insert(0, Shared { key: random::bytes()?, until: None });
        self.shared.retain(|shared| shared.holds(now));
        self.shared.truncate(MOST);
        Ok(self)
    }

    /// The shared secrets that hold, as publishers enter them: `whsec_…`.
    pub(super) fn shown(&self, now: Timestamp) -> Vec<SecretString> {
        let shown = |shared: &Shared| format!("whsec_{}", STANDARD.encode(shared.key)).into();
        self.shared.iter().filter(|shared| shared.holds(now)).map(shown).collect()
    }

    /// The public half of the key of `v1a`: `whpk_…`.
    pub(super) fn public_key(&self) -> String {
        format!("whpk_{}", STANDARD.encode(SigningKey::from_bytes(&self.ed25519).verifying_key().to_bytes()))
    }

    /// The headers of an event whose body is `body`.
    pub(super) fn headers(&self, id: EventId, body: &[u8], now: Timestamp) -> Vec<(String, String)> {
        let seconds = now.0.div_euclid(1000);
        let message = [format!("{id}.{seconds}.").as_bytes(), body].concat();
        let holding = self.shared.iter().filter(|shared| shared.holds(now));
        let mut signatures: Vec<String> = holding.filter_map(|shared| shared.sign(&message)).collect();
        let signature = SigningKey::from_bytes(&self.ed25519).sign(&message);
        signatures.push(format!("v1a,{}", STANDARD.encode(signature.to_bytes())));
        let headers = [
            ("content-type", "application/json".to_owned()),
            ("webhook-id", id.to_string()),
            ("webhook-timestamp", seconds.to_string()),
            ("webhook-signature", signatures.join(" ")),
        ];
        headers.map(|(name, value)| (name.to_owned(), value)).into()
    }
}

impl Shared {
    fn holds(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// None: never, as a key may have any length.
    fn sign(&self, message: &[u8]) -> Option<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        mac.update(message);
        Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    const NOW: Timestamp = Timestamp(1_674_087_231_000);

    fn signature(secrets: &Secrets, now: Timestamp) -> String {
        let id = "evt_019ca8b9-73c0-7000-8000-000000000001".parse().unwrap();
        let headers = secrets.headers(id, br#"{"test": 2432232314}"#, now);
        headers.into_iter().find(|(name, _)| name == "webhook-signature").unwrap().1
    }

    #[test]
    fn an_event_is_signed_as_the_standard_says() {
        let secrets = Secrets { shared: vec![Shared { key: [7; 32], until: None }], ed25519: [9; 32] };
        assert_eq!(secrets.shown(NOW)[0].expose_secret(), "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=");
        assert_eq!(
            signature(&secrets, NOW),
            "v1,qhiEcIrExO3p1baNS5Jmk3UoMaR+PCb2AL0qsFJgpIE= v1a,w6REjkisYSAt+zVVD/T1WLw1c0crd8Oqb5eXOJpvtipHicSWppcFrQ6FT/t0XfNs+NmibMm5ob8XJvJOmAC7AQ=="
        );
        assert_eq!(secrets.public_key(), "whpk_/RckOFqgx1tk+3jNYC+h2ZH96/drE8WO1wLqyDXp9hg=");
    }

    #[test]
    fn former_secrets_sign_for_a_day() {
        let count =
            |secrets: &Secrets, now| signature(secrets, now).split(' ').filter(|one| one.starts_with("v1,")).count();
        let first = Secrets::generate().unwrap();
        let second = first.clone().rotated(NOW).unwrap();
        let former = first.shown(NOW)[0].expose_secret().to_owned();
        assert_eq!((count(&first, NOW), count(&second, NOW)), (1, 2));
        assert_eq!(second.shown(NOW)[1].expose_secret(), former);
        assert_ne!(second.shown(NOW)[0].expose_secret(), former, "the newest comes first");
        assert_eq!(count(&second, NOW.after(OVERLAP)), 1);
        assert_eq!(second.public_key(), first.public_key());
        let third = second.rotated(NOW.after(OVERLAP / 2)).unwrap();
        assert_eq!(count(&third, NOW.after(OVERLAP / 2)), 3);
        assert_eq!(count(&third, NOW.after(OVERLAP)), 2, "rotating again lets the oldest live no longer");
    }
}
