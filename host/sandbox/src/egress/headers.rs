//! Headers that a component sets: which it may not, because they belong to the connection, to the host's credentials,
//! or would let one request become two.

use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::error::EgressError;

const MOST: usize = 50;
const LONGEST_VALUE: usize = 8 << 10;

/// Names that belong to the host, or that make servers and proxies take a request for another.
const RESERVED: [&str; 29] = [
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "cookie",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "forwarded",
    "via",
    "true-client-ip",
    "cf-connecting-ip",
    "fastly-client-ip",
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-remote-ip",
    "x-remote-addr",
    "x-host",
    "x-original-host",
    "x-original-url",
    "x-rewrite-url",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
];

/// Prefixes that belong to proxies and browsers.
const RESERVED_PREFIXES: [&str; 5] = ["proxy-", "sec-", "x-forwarded", "x-original-forwarded", ":"];

/// The headers as they are sent.
pub(super) fn check(headers: &[(String, String)], given: Option<&str>) -> Result<HeaderMap, EgressError> {
    let invalid = |name: &str, what: &str| EgressError::Invalid(format!("`headers`: `{}` {what}", shown(name)));
    if headers.len() > MOST {
        return Err(EgressError::Invalid(format!("`headers`: at most {MOST}")));
    }
    let mut checked = HeaderMap::with_capacity(headers.len() + 1);
    for (name, value) in headers {
        let lower = name.to_ascii_lowercase();
        if is_reserved(&lower) {
            let what = if lower.contains('_') { "has `_`: servers take it for `-`" } else { "is set by the host" };
            return Err(invalid(name, what));
        }
        if given.is_some_and(|given| given.eq_ignore_ascii_case(name)) {
            return Err(invalid(name, "is set by `auth`"));
        }
        let name = HeaderName::try_from(lower).map_err(|_| invalid(name, "is not a header name"))?;
        let plain = value.bytes().all(|b| b == b'\t' || (b >= b' ' && b != 0x7f));
        if !plain || value.len() > LONGEST_VALUE {
            return Err(invalid(name.as_str(), "has control characters or more than 8 KiB"));
        }
        let value = HeaderValue::try_from(value.as_str()).map_err(|_| invalid(name.as_str(), "has a bad value"))?;
        checked.append(name, value);
    }
    Ok(checked)
}

/// True for names that a component may not set, also not by `auth`. Many servers take `_` for `-`, so `X_Real_IP` is
/// `X-Real-IP` to them; and since some drop such names, no service needs them.
pub(super) fn is_reserved(lower: &str) -> bool {
    lower.contains('_') || RESERVED.contains(&lower) || RESERVED_PREFIXES.iter().any(|prefix| lower.starts_with(prefix))
}

/// Before a request goes on to another host: any other header could be a credential.
pub(super) fn keep_harmless(headers: &mut HeaderMap) {
    let harmless = [header::ACCEPT, header::ACCEPT_LANGUAGE, header::CONTENT_TYPE, header::USER_AGENT];
    let kept = harmless.iter().filter_map(|name| Some((name.clone(), headers.get(name)?.clone()))).collect();
    *headers = kept;
}

fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: &str, value: &str) -> Result<HeaderMap, EgressError> {
        check(&[(name.to_owned(), value.to_owned())], None)
    }

    #[test]
    fn connection_headers_and_credentials_are_the_hosts() {
        for name in [
            "Host",
            "host",
            "Transfer-Encoding",
            "Connection",
            "Content-Length",
            "Authorization",
            "Cookie",
            "TE",
            "Upgrade",
            "Trailer",
            "Expect",
            "Keep-Alive",
            "Accept-Encoding",
            "Proxy-Authorization",
            "Proxy-Connection",
            "Sec-Fetch-Site",
            "X-Forwarded-For",
            "X-Forwarded",
            "X-Forwarded-Host",
            "Forwarded",
            "Via",
            "X-Real-IP",
            "X-Client-IP",
            "True-Client-IP",
            "X-Original-URL",
            "X-Rewrite-URL",
            "X-HTTP-Method-Override",
            "X-HTTP-Method",
            "X-Method-Override",
            "X_Real_IP",
            "X_Anything",
            "Content_Length",
            ":authority",
            ":path",
        ] {
            assert!(matches!(one(name, "x"), Err(EgressError::Invalid(_))), "{name}");
        }
    }

    #[test]
    fn nothing_can_start_a_second_header_or_request() {
        for (name, value) in [
            ("X-A", "a\r\nHost: evil"),
            ("X-A", "a\nb"),
            ("X-A", "a\0b"),
            ("X-A", "a\x7f"),
            ("X-A\r\nHost", "x"),
            ("X A", "x"),
            ("X-A:", "x"),
            ("", "x"),
            ("X-Ä", "x"),
            ("X-A\0", "x"),
        ] {
            assert!(one(name, value).is_err(), "{name:?}: {value:?}");
        }
        assert!(one("X-A", &"a".repeat(9000)).is_err());
        assert!(check(&vec![("X-A".to_owned(), "a".to_owned()); 51], None).is_err());
        assert_eq!(one("X-Ok", "ein Wört, \"quoted\"").unwrap().len(), 1);
    }

    #[test]
    fn another_host_gets_only_harmless_headers() {
        let mut headers = check(
            &["Accept", "Content-Type", "X-Api-Key", "X-Token", "User-Agent"]
                .map(|name| (name.to_owned(), "v".to_owned())),
            None,
        )
        .unwrap();
        keep_harmless(&mut headers);
        let mut names: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["accept", "content-type", "user-agent"]);
    }
}
