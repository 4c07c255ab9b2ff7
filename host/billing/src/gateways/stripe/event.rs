//! Stripe's webhooks: `Stripe-Signature: t=<seconds>,v1=<hex>[,v1=…][,v0=…]`, an HMAC-SHA256 of `<t>.<raw body>`. Two `v1`
//! come while a secret is being changed. What the event says is not believed: only which object to look at is taken.

use annex_domain::clock::Timestamp;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderMap;
use serde::Deserialize;
use sha2::Sha256;

use super::convert;
use crate::gateway::{About, Event, EventError};

/// How far the signature's time may be from ours, in seconds: an older message may have been listened to and be sent again.
const TOLERANCE: u64 = 300;
const HEADER: &str = "stripe-signature";

/// Checks the signature and the time, and reads the event.
pub(super) fn read(secret: &str, headers: &HeaderMap, raw: &[u8], now: Timestamp) -> Result<Event, EventError> {
    let header = headers.get(HEADER).and_then(|value| value.to_str().ok()).ok_or(EventError::Signature)?;
    let signed = Signed::parse(header).ok_or(EventError::Signature)?;
    signed.check(secret, raw)?;
    if signed.at.abs_diff(convert::seconds(now)) > TOLERANCE {
        return Err(EventError::Time);
    }
    let event: RawEvent = serde_json::from_slice(raw).map_err(|error| EventError::Malformed(error.to_string()))?;
    Ok(Event { about: event.about(), id: event.id, kind: event.kind })
}

/// The header's parts.
struct Signed<'a> {
    /// As it was signed, digit by digit.
    text: &'a str,
    at: i64,
    signatures: Vec<Vec<u8>>,
}

impl<'a> Signed<'a> {
    fn parse(header: &'a str) -> Option<Self> {
        let parts = || header.split(',').filter_map(|part| part.trim().split_once('='));
        let (_, text) = parts().find(|(name, _)| *name == "t")?;
        let signatures =
            parts().filter(|(name, _)| *name == "v1").filter_map(|(_, hex)| hex::decode(hex).ok()).collect();
        Some(Self { text, at: text.parse().ok()?, signatures })
    }

    fn check(&self, secret: &str, raw: &[u8]) -> Result<(), EventError> {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| EventError::Signature)?;
        mac.update(self.text.as_bytes());
        mac.update(b".");
        mac.update(raw);
        // In constant time.
        let matches = self.signatures.iter().any(|signature| mac.clone().verify_slice(signature).is_ok());
        if matches { Ok(()) } else { Err(EventError::Signature) }
    }
}

#[derive(Deserialize)]
struct RawEvent {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    data: RawData,
}

#[derive(Deserialize)]
struct RawData {
    object: RawObject,
    #[serde(default)]
    previous_attributes: Option<RawPrevious>,
}

/// The few fields that say what to look at; the rest of the many kinds of objects does not matter.
#[derive(Deserialize)]
struct RawObject {
    #[serde(default)]
    id: String,
    #[serde(default)]
    object: String,
    #[serde(default)]
    customer: Option<Reference>,
    #[serde(default)]
    payment_intent: Option<Reference>,
}

#[derive(Deserialize)]
struct RawPrevious {
    #[serde(default)]
    customer: Option<Reference>,
}

/// An id, or the object that has it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Reference {
    Id(String),
    Object { id: String },
}

impl Reference {
    fn id(&self) -> String {
        match self {
            Self::Id(id) | Self::Object { id } => id.clone(),
        }
    }
}

impl RawEvent {
    fn about(&self) -> About {
        let object = &self.data.object;
        let id = || object.id.clone();
        match object.object.as_str() {
            "payment_intent" => About::Intent(id()),
            "refund" => About::Refund(id()),
            "customer" => About::Customer(id()),
            "dispute" => About::Dispute(id()),
            "charge" => {
                object.payment_intent.as_ref().map_or_else(|| About::Other(id()), |intent| About::Intent(intent.id()))
            }
            "payment_method" | "setup_intent" | "checkout.session" => {
                // A detached card names its customer among what changed.
                let before = self.data.previous_attributes.as_ref().and_then(|before| before.customer.as_ref());
                let customer = object.customer.as_ref().or(before);
                customer.map_or_else(|| About::Other(id()), |customer| About::Customer(customer.id()))
            }
            _ => About::Other(id()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_test";
    const NOW: Timestamp = Timestamp(1_700_000_000_000);

    fn sign(secret: &str, at: i64, raw: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
        mac.update(format!("{at}.").as_bytes());
        mac.update(raw);
        hex::encode(mac.finalize().into_bytes())
    }

    fn read_with(header: &str, raw: &[u8]) -> Result<Event, EventError> {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, header.parse().expect("a header"));
        read(SECRET, &headers, raw, NOW)
    }

    fn signed(at: i64, raw: &[u8]) -> Result<Event, EventError> {
        read_with(&format!("t={at},v1={},v0=00", sign(SECRET, at, raw)), raw)
    }

    const SUCCEEDED: &[u8] =
        br#"{"id":"evt_1","type":"payment_intent.succeeded","data":{"object":{"id":"pi_1","object":"payment_intent","amount":5}}}"#;

    #[test]
    fn a_signed_event_tells_what_to_look_at() {
        let event = signed(1_700_000_000, SUCCEEDED).expect("it is signed");
        assert_eq!(
            event,
            Event { id: "evt_1".into(), kind: "payment_intent.succeeded".into(), about: About::Intent("pi_1".into()) }
        );
    }

    /// The expected value is from another implementation (Python's hmac).
    #[test]
    fn the_signature_is_hmac_sha256_of_time_dot_body() {
        assert_eq!(
            sign("whsec_test_secret", 1_614_556_800, br#"{"id":"evt_test"}"#),
            "8d7e36959f35255aff1c2cc6a906fedf5d8f34dc74004f274f68dbde50ff6d16"
        );
    }

    #[test]
    fn one_changed_byte_another_secret_or_no_header_is_refused() {
        let at = 1_700_000_000;
        let good = sign(SECRET, at, SUCCEEDED);
        let mut changed = SUCCEEDED.to_vec();
        changed.push(b' ');
        assert_eq!(read_with(&format!("t={at},v1={good}"), &changed), Err(EventError::Signature));
        assert_eq!(read_with(&format!("t={},v1={good}", at + 1), SUCCEEDED), Err(EventError::Signature));
        let other = sign("whsec_other", at, SUCCEEDED);
        assert_eq!(read_with(&format!("t={at},v1={other}"), SUCCEEDED), Err(EventError::Signature));
        // Only v1 counts; v0 is for tests of Stripe's own.
        assert_eq!(read_with(&format!("t={at},v0={good}"), SUCCEEDED), Err(EventError::Signature));
        for header in
            ["", "t=,v1=", "v1=00", &format!("t={at}"), &format!("t={at},v1=zz"), &format!("t={at},v1={}", &good[..62])]
        {
            assert_eq!(read_with(header, SUCCEEDED), Err(EventError::Signature), "{header}");
        }
        assert_eq!(read(SECRET, &HeaderMap::new(), SUCCEEDED, NOW), Err(EventError::Signature));
        // While the secret is changed, two come.
        assert!(read_with(&format!("t={at},v1={other},v1={good}"), SUCCEEDED).is_ok());
    }

    #[test]
    fn five_minutes_either_way() {
        for (at, good) in [(-301, false), (-300, true), (300, true), (301, false)] {
            let outcome = signed(1_700_000_000 + at, SUCCEEDED);
            assert_eq!(outcome.is_ok(), good, "{at}");
            assert!(good || outcome == Err(EventError::Time), "{at}");
        }
    }

    #[test]
    fn other_objects_lead_to_what_annex_keeps() {
        let about = |object: &str, more: &str| {
            let raw = format!(r#"{{"id":"e","type":"t","data":{{"object":{object}{more}}}}}"#);
            signed(1_700_000_000, raw.as_bytes()).expect("signed").about
        };
        assert_eq!(
            about(r#"{"id":"ch_1","object":"charge","payment_intent":"pi_2"}"#, ""),
            About::Intent("pi_2".into())
        );
        assert_eq!(
            about(r#"{"id":"ch_1","object":"charge","payment_intent":{"id":"pi_2","x":1}}"#, ""),
            About::Intent("pi_2".into())
        );
        assert_eq!(about(r#"{"id":"re_1","object":"refund"}"#, ""), About::Refund("re_1".into()));
        let dispute = r#"{"id":"du_1","object":"dispute","payment_intent":"pi_2"}"#;
        assert_eq!(about(dispute, ""), About::Dispute("du_1".into()));
        assert_eq!(
            about(r#"{"id":"cs_1","object":"checkout.session","customer":"cus_1"}"#, ""),
            About::Customer("cus_1".into())
        );
        let before = r#","previous_attributes":{"customer":"cus_2"}"#;
        assert_eq!(
            about(r#"{"id":"pm_1","object":"payment_method","customer":null}"#, before),
            About::Customer("cus_2".into())
        );
        assert_eq!(about(r#"{"id":"ch_1","object":"charge","payment_intent":null}"#, ""), About::Other("ch_1".into()));
        assert_eq!(about(r#"{"object":"balance"}"#, ""), About::Other(String::new()));
    }

    #[test]
    fn a_signed_text_that_is_no_event_is_malformed() {
        for raw in ["", "[]", "{}", r#"{"id":"e","type":"t"}"#, r#"{"id":1,"type":"t","data":{"object":{}}}"#] {
            assert!(matches!(signed(1_700_000_000, raw.as_bytes()), Err(EventError::Malformed(_))), "{raw}");
        }
    }
}
