//! Whether a request comes from the service that it says it comes from, as the manifest's `inbound` asks: by a secret that it shows, or
//! by a signature over it. Every comparison takes as long whatever is wrong, and what does not fit is refused without saying why.

use annex_domain::{
    channel::InboundRequest,
    clock::Timestamp,
    manifest::inbound::{Challenge, Hmac as Signing, HmacAlgorithm, HmacEncoding, Place, text_of},
};
use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use subtle::ConstantTimeEq as _;
use url::form_urlencoded;

/// Services spell it with padding or without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
/// Signatures of one request that are looked at: while a service changes its secret it signs with both.
const MOST_SIGNATURES: usize = 10;
/// The longest answer to a challenge, in bytes.
const LONGEST_CHALLENGE: usize = 1_000;

/// True for two texts that are the same; an empty secret is none.
pub(crate) fn same(given: &[u8], secret: &[u8]) -> bool {
    let equal: bool = given.ct_eq(secret).into();
    equal && !secret.is_empty()
}

/// Looks for the secret in the one header of that name, and takes it out.
pub(crate) fn take_header(request: &mut InboundRequest, name: &str, secret: &[u8]) -> bool {
    let is_right = only_header(request, name).is_some_and(|value| same(value.as_bytes(), secret));
    if is_right {
        request.headers.retain(|(header, _)| !header.eq_ignore_ascii_case(name));
    }
    is_right
}

/// The same of the password of Basic authentication.
pub(crate) fn take_password(request: &mut InboundRequest, secret: &[u8]) -> bool {
    const NAME: &str = "authorization";
    let given = only_header(request, NAME).and_then(|value| {
        let (scheme, pair) = value.split_once(' ')?;
        let pair = BASE64.decode(pair.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
        let colon = pair.iter().position(|byte| *byte == b':')?;
        Some(pair.get(colon + 1..)?.to_vec())
    });
    let is_right = given.is_some_and(|given| same(&given, secret));
    if is_right {
        request.headers.retain(|(header, _)| !header.eq_ignore_ascii_case(NAME));
    }
    is_right
}

/// The same of the first part of the path.
pub(crate) fn take_path(request: &mut InboundRequest, secret: &[u8]) -> bool {
    let path = request.path.trim_start_matches('/');
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    let is_right = same(first.as_bytes(), secret);
    if is_right {
        request.path = format!("/{rest}");
    }
    is_right
}

/// Whether a request is the question by which a service tries the address.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// It asks nothing.
    Nothing,
    /// The answer to it.
    Rightly(String),
    /// It asks without the secret.
    Wrongly,
}

/// What a query asks.
pub(crate) fn asked_by_query(asks: &Challenge, request: &InboundRequest, secret: &[u8]) -> Asked {
    let (Some(query), Some(token)) = (&asks.query, &asks.token) else { return Asked::Nothing };
    let value = |name: &str| form_urlencoded::parse(request.query.as_bytes()).find(|(key, _)| key == name);
    let Some((_, question)) = value(query).filter(|_| request.method == "GET") else { return Asked::Nothing };
    let knows = value(token).is_some_and(|(_, given)| same(given.as_bytes(), secret));
    answer(&question).filter(|_| knows).map_or(Asked::Wrongly, Asked::Rightly)
}

/// The answer to the question that a verified body asks.
pub(crate) fn asked_by_body(asks: &Challenge, request: &InboundRequest) -> Option<String> {
    let pointer = asks.json.as_deref()?;
    let body: Value = serde_json::from_slice(&request.body).ok()?;
    body.pointer(pointer)?.as_str().and_then(answer)
}

fn answer(question: &str) -> Option<String> {
    let fits = question.len() <= LONGEST_CHALLENGE && !question.chars().any(char::is_control);
    fits.then(|| question.to_owned())
}

/// True for a request that was signed with the secret, not too long ago. `url`: as the service called it.
pub(crate) fn is_signed(signing: &Signing, secret: &[u8], request: &InboundRequest, url: &str, now: Timestamp) -> bool {
    let json: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let time = match &signing.timestamp {
        None => None,
        Some(place) => match values(place, request, &json).as_slice() {
            [time] if is_fresh(time, signing.seconds(), now) => Some(time.clone()),
            _ => return false,
        },
    };
    let Some(message) = signing.message(request, url, time.as_deref(), &json) else { return false };
    let given = values(&signing.signature, request, &json).into_iter().take(MOST_SIGNATURES);
    let mut tags = given.filter_map(|text| match signing.encoding {
        HmacEncoding::Hex => hex::decode(text).ok(),
        HmacEncoding::Base64 => BASE64.decode(text).ok(),
    });
    !secret.is_empty() && tags.any(|tag| is_tag(signing.algorithm, secret, &message, &tag))
}

/// Takes out the header with the signature: the add-on has no use for it.
pub(crate) fn take_signature(signing: &Signing, request: &mut InboundRequest) {
    if let Some(name) = &signing.signature.header {
        request.headers.retain(|(header, _)| !header.eq_ignore_ascii_case(name));
    }
}

fn is_tag(algorithm: HmacAlgorithm, secret: &[u8], message: &[u8], tag: &[u8]) -> bool {
    match algorithm {
        HmacAlgorithm::Sha1 => verifies::<Hmac<Sha1>>(secret, message, tag),
        HmacAlgorithm::Sha256 => verifies::<Hmac<Sha256>>(secret, message, tag),
        HmacAlgorithm::Sha512 => verifies::<Hmac<Sha512>>(secret, message, tag),
    }
}

fn verifies<M: Mac + KeyInit>(secret: &[u8], message: &[u8], tag: &[u8]) -> bool {
    let Ok(mut mac) = <M as KeyInit>::new_from_slice(secret) else { return false };
    mac.update(message);
    mac.verify_slice(tag).is_ok()
}

/// Seconds since 1970, as far off as is tolerated at most.
fn is_fresh(time: &str, tolerance: u32, now: Timestamp) -> bool {
    let digits = (1..=12).contains(&time.len()) && time.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = time.parse::<i64>().ok().filter(|_| digits);
    seconds.is_some_and(|seconds| seconds.abs_diff(now.0.div_euclid(1000)) <= u64::from(tolerance))
}

/// What stands in a place, without its prefix; several where a list has several of a name.
fn values(place: &Place, request: &InboundRequest, json: &Value) -> Vec<String> {
    let found: Vec<String> = match (&place.header, &place.json) {
        (Some(name), _) => match (only_header(request, name), &place.item) {
            (None, _) => Vec::new(),
            (Some(value), None) => vec![value.trim().to_owned()],
            (Some(value), Some(item)) => {
                let items = value.split(',').filter_map(|part| part.trim().split_once('='));
                items.filter(|(name, _)| name == item).map(|(_, value)| value.to_owned()).collect()
            }
        },
        (None, Some(pointer)) => json.pointer(pointer).and_then(text_of).into_iter().collect(),
        (None, None) => Vec::new(),
    };
    match &place.prefix {
        None => found,
        Some(prefix) => found.iter().filter_map(|value| value.strip_prefix(prefix)).map(str::to_owned).collect(),
    }
}

fn only_header<'r>(request: &'r InboundRequest, name: &str) -> Option<&'r str> {
    let mut named = request.headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case(name));
    let (_, value) = named.next()?;
    // Of two, one could be checked and the other believed.
    named.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests;
