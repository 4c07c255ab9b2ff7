//! Requests as the service of a channel sends them: with what proves where they come from, as the manifest's `[inbound]` has it.

use annex_domain::{
    channel::InboundRequest,
    clock::Timestamp,
    manifest::inbound::{Hmac as Signing, HmacAlgorithm, HmacEncoding, Inbound, Verify},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha1::Sha1;
use sha2::{Sha256, Sha512};

/// The request with its proof; `address` is that of the hook. None where the proof stands in the body, which is the service's alone to
/// make up.
pub(super) fn proven(
    inbound: &Inbound,
    secret: &str,
    address: &str,
    mut request: InboundRequest,
    now: Timestamp,
) -> Option<InboundRequest> {
    let proofs = match inbound.verify {
        Verify::Header => vec![(inbound.header.clone()?, secret.to_owned())],
        Verify::Basic => {
            let pair = BASE64_STANDARD.encode(format!("annex:{secret}"));
            vec![("authorization".to_owned(), format!("Basic {pair}"))]
        }
        Verify::Path => {
            request.path = format!("/{secret}{}", request.path);
            Vec::new()
        }
        Verify::Hmac => signature(inbound.hmac.as_ref()?, secret, address, &request, now)?,
    };
    for (name, _) in &proofs {
        request.headers.retain(|(header, _)| !header.eq_ignore_ascii_case(name));
    }
    request.headers.extend(proofs);
    Some(request)
}

/// The headers with time and signature: one where both are items of the same.
fn signature(
    signing: &Signing,
    secret: &str,
    address: &str,
    request: &InboundRequest,
    now: Timestamp,
) -> Option<Vec<(String, String)>> {
    let time = signing.timestamp.as_ref().map(|_| now.0.div_euclid(1000).to_string());
    let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
    let url = format!("{address}{}{query}", request.path);
    let json: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let message = signing.message(request, &url, time.as_deref(), &json)?;
    let tag = tag(signing.algorithm, secret.as_bytes(), &message)?;
    let tag = match signing.encoding {
        HmacEncoding::Hex => hex::encode(tag),
        HmacEncoding::Base64 => BASE64_STANDARD.encode(tag),
    };
    let mut headers: Vec<(String, String)> = Vec::new();
    for (place, value) in signing.timestamp.iter().zip(time).chain([(&signing.signature, tag)]) {
        let name = place.header.clone()?;
        let item = place.item.as_ref().map(|item| format!("{item}=")).unwrap_or_default();
        let value = format!("{item}{}{value}", place.prefix.as_deref().unwrap_or_default());
        match headers.iter_mut().find(|(header, _)| header.eq_ignore_ascii_case(&name)) {
            Some((_, list)) => *list = format!("{list},{value}"),
            None => headers.push((name, value)),
        }
    }
    Some(headers)
}

fn tag(algorithm: HmacAlgorithm, secret: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    match algorithm {
        HmacAlgorithm::Sha1 => mac::<Hmac<Sha1>>(secret, message),
        HmacAlgorithm::Sha256 => mac::<Hmac<Sha256>>(secret, message),
        HmacAlgorithm::Sha512 => mac::<Hmac<Sha512>>(secret, message),
    }
}

fn mac<M: Mac + KeyInit>(secret: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    let mut mac = <M as KeyInit>::new_from_slice(secret).ok()?;
    mac.update(message);
    Some(mac.finalize().into_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The headers and the path of a request that was sent with a proof.
    fn sent(inbound: Value, secret: &str, body: &'static str, seconds: i64) -> Option<(Vec<(String, String)>, String)> {
        let inbound: Inbound = serde_json::from_value(inbound).unwrap();
        let request = InboundRequest {
            method: "POST".into(),
            path: "/in".into(),
            query: String::new(),
            headers: vec![("x-kind".into(), "message".into()), ("x-signature".into(), "old".into())],
            body: body.into(),
            public: false,
        };
        let sent = proven(&inbound, secret, "http://desk/hooks/1", request, Timestamp(seconds * 1_000))?;
        assert!(sent.headers.iter().any(|(name, value)| name == "x-kind" && value == "message"));
        Some((sent.headers, sent.path))
    }

    fn header(sent: &(Vec<(String, String)>, String), name: &str) -> Vec<String> {
        sent.0.iter().filter(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone()).collect()
    }

    #[test]
    fn a_secret_is_shown_where_the_host_looks_for_it() {
        let of = |more: Value| sent(more, "s3cret", "{}", 0).unwrap();
        let by_header = of(json!({ "setting": "secret", "header": "X-Signature" }));
        assert_eq!(header(&by_header, "x-signature"), ["s3cret"]);
        let by_password = of(json!({ "setting": "secret", "verify": "basic" }));
        assert_eq!(header(&by_password, "authorization"), ["Basic YW5uZXg6czNjcmV0"]);
        assert_eq!(of(json!({ "setting": "secret", "verify": "path" })).1, "/s3cret/in");
    }

    /// The first is the example of GitHub's documentation.
    #[test]
    fn requests_are_signed_as_services_sign_them() {
        let hmac = |hmac: Value| json!({ "setting": "secret", "verify": "hmac", "hmac": hmac });
        let plain = json!({ "algorithm": "sha256", "encoding": "hex", "signature": { "header": "X-Signature", "prefix": "sha256=" } });
        let github = sent(hmac(plain), "It's a Secret to Everybody", "Hello, World!", 0).unwrap();
        let expected = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        assert_eq!(header(&github, "x-signature"), [expected]);

        let in_items = json!({ "algorithm": "sha256", "encoding": "hex", "signed": "{timestamp}.{body}",
            "signature": { "header": "Stripe-Signature", "item": "v1" },
            "timestamp": { "header": "Stripe-Signature", "item": "t" } });
        let stripe = sent(hmac(in_items), "whsec_test_secret", r#"{"id":"evt_1"}"#, 1_492_774_577).unwrap();
        let expected = "t=1492774577,v1=799c4ba7bb339f3c8601adfd112f0e477c930a268be1243d341abb8286501c2f";
        assert_eq!(header(&stripe, "stripe-signature"), [expected]);

        let in_json = json!({ "algorithm": "sha256", "encoding": "hex", "signature": { "json": "/signature" } });
        assert_eq!(sent(hmac(in_json), "key", "{}", 0), None);
    }
}
