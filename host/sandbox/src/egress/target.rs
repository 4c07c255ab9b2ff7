//! The form of a URL, and whether its host is in force.
//!
//! `url` follows browsers: it drops tabs, turns `\` into `/`, and reads `0x7f.1` or `127.1` as addresses. So the text
//! is checked before parsing, and the parsed host after it; what both accept means the same to everyone.

use annex_domain::network::is_label;
use url::{Host, Url};

use crate::error::EgressError;

const LONGEST_URL: usize = 8 << 10;

/// An absolute https URL with a host name: no user info, no port but 443, no fragment, no address.
pub(crate) fn parse(text: &str) -> Result<Url, EgressError> {
    let invalid = |what: &str| Err(EgressError::Invalid(format!("`url`: {what}")));
    if text.len() > LONGEST_URL {
        return invalid("at most 8 KiB");
    }
    if text.bytes().any(|b| b <= b' ' || b == 0x7f || b == b'\\') {
        return invalid("no spaces, control characters or backslashes; percent-encode them");
    }
    let Some(rest) = text.strip_prefix("https://") else {
        return invalid("start with https://");
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if !authority.is_ascii() || authority.contains('%') {
        return invalid("write the host name in ASCII, international names as xn--…");
    }
    if authority.contains('@') {
        return invalid("no user info; use `auth`");
    }
    let Ok(url) = Url::parse(text) else {
        return invalid("not a URL");
    };
    if url.fragment().is_some() {
        return invalid("no fragment");
    }
    if url.port().is_some() || authority.ends_with(':') {
        return invalid("no port but 443");
    }
    match url.host() {
        Some(Host::Domain(name)) if !name.contains('.') => invalid("a full host name, such as api.example.com"),
        Some(Host::Domain(name)) if name.rsplit('.').next().is_some_and(is_numeric) => {
            invalid("a host name, not an address")
        }
        // What was written and what was read must be the same name.
        Some(Host::Domain(name)) if !authority.trim_end_matches(":443").eq_ignore_ascii_case(name) => {
            invalid("the host name is not written plainly")
        }
        Some(Host::Domain(name)) if !name.split('.').all(is_label) => {
            invalid("the host name has labels of a-z, 0-9 and -")
        }
        Some(Host::Domain(_)) => Ok(url),
        _ => invalid("a host name, not an address"),
    }
}

/// A last label that resolvers of the C library could read as a part of an address.
fn is_numeric(label: &str) -> bool {
    label.bytes().all(|b| b.is_ascii_digit()) || label.to_ascii_lowercase().starts_with("0x")
}

/// True when the URL's host is one of `hosts`.
pub(crate) fn check_host(url: &Url, hosts: &[String]) -> Result<(), EgressError> {
    let host = url.host_str().unwrap_or_default();
    if hosts.iter().any(|name| name == host) {
        return Ok(());
    }
    Err(EgressError::Denied(format!("the host `{host}` is not declared in the manifest, or not granted by the desk")))
}

/// Where a redirect leads: checked like the first URL.
pub(crate) fn redirect(from: &Url, location: &str, hosts: &[String]) -> Result<Url, EgressError> {
    let refused = |what: &str| EgressError::Denied(format!("a redirect was refused: {what}"));
    let mut next = from.join(location).map_err(|_| refused("its location is not a URL"))?;
    next.set_fragment(None);
    let next = parse(next.as_str()).map_err(|_| refused("its location is not an https URL with a host name"))?;
    check_host(&next, hosts).map_err(|_| {
        let host = next.host_str().unwrap_or_default();
        refused(&format!("the host `{host}` is not declared in the manifest, or not granted by the desk"))
    })?;
    Ok(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_plain_https_urls() {
        for text in [
            "https://api.example.com",
            "https://api.example.com/",
            "https://API.Example.com/a%20b?c=d%2F&e=@:x",
            "https://api.example.com:443/x",
            "https://xn--mnchen-3ya.example/",
        ] {
            assert_eq!(parse(text).map(|url| url.port()), Ok(None), "{text}");
        }
        assert_eq!(parse("https://API.example.com/").unwrap().host_str(), Some("api.example.com"));
    }

    const TRICKS: &[&str] = &[
        "",
        "http://api.example.com/",
        "HTTPS://api.example.com/",
        "ftp://api.example.com/",
        "//api.example.com/",
        "https:/api.example.com",
        "https:api.example.com",
        "https:\\\\api.example.com\\",
        "https:///api.example.com",
        "https://",
        "https:///",
        "https://?x",
        "data:text/plain,x",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://user@api.example.com/",
        "https://user:pw@api.example.com/",
        "https://@api.example.com/",
        "https://api.example.com@evil.example/",
        "https://api.example.com:@evil.example/",
        "https://api.example.com\\@evil.example/",
        "https://evil.example\\.api.example.com/",
        "https://api.example.com:80/",
        "https://api.example.com:8443/",
        "https://api.example.com:/",
        "https://api.example.com:0443x/",
        "https://api.example.com/#x",
        "https://api.example.com#@evil.example/",
        "https://api.example.com./",
        "https://api.example.com../",
        "https://.api.example.com/",
        "https://localhost/",
        "https://metadata/",
        "https://api/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://017700000001/",
        "https://127.0.0.1./",
        "https://0/",
        "https://0.0.0.0/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "https://[::]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://a.1/",
        "https://a.0x7f/",
        "https://1.2.3.4.5/",
        "https://①②⑦.⓪.⓪.①/",
        "https://аpi.example.com/",
        "https://api。example.com/",
        "https://api.exa\u{ad}mple.com/",
        "https://api%2eexample.com/",
        "https://api.example.com%00.evil.example/",
        "https://api.example.com/a b",
        "https://api.example.com/\r\nHost: evil",
        "https://api.exam\tple.com/",
        " https://api.example.com/",
        "https://api.example.com/\u{7f}",
        "https://api_.exa mple.com/",
        "https://xn--a/",
        "https://exa<mple.com/",
        "https://exa^mple.com/",
        "https://a|b.com/",
    ];

    #[test]
    fn refuses_every_other_form() {
        for text in TRICKS {
            assert!(parse(text).is_err(), "{text:?} became {:?}", parse(text).map(|url| url.to_string()));
        }
        assert!(parse(&format!("https://api.example.com/{}", "a".repeat(9000))).is_err());
    }

    #[test]
    fn only_exact_names_are_in_force() {
        let hosts = ["api.example.com".to_owned(), "xn--80ak6aa92e.com".to_owned()];
        let check = |text: &str| check_host(&parse(text).unwrap(), &hosts);
        assert_eq!(check("https://api.example.com/x"), Ok(()));
        assert_eq!(check("https://API.EXAMPLE.COM/x"), Ok(()));
        for other in [
            "https://example.com/",
            "https://x.api.example.com/",
            "https://api.example.com.evil.example/",
            "https://apple.com/",
            "https://api-example.com/",
        ] {
            assert!(matches!(check(other), Err(EgressError::Denied(_))), "{other}");
        }
    }

    #[test]
    fn redirects_are_checked_like_first_urls() {
        let hosts = ["a.example.com".to_owned(), "b.example.com".to_owned()];
        let from = parse("https://a.example.com/x/y").unwrap();
        for (location, expected) in [
            ("z", "https://a.example.com/x/z"),
            ("/z#top", "https://a.example.com/z"),
            ("//b.example.com/", "https://b.example.com/"),
            ("https://b.example.com/?q", "https://b.example.com/?q"),
        ] {
            assert_eq!(redirect(&from, location, &hosts).unwrap().as_str(), expected);
        }
        for location in [
            "http://a.example.com/",
            "https://evil.example/",
            "https://169.254.169.254/",
            "https://127.1/",
            "https://u:p@a.example.com/",
            "https://a.example.com:8080/",
            "//[::1]/",
            "file:///etc/passwd",
            "https://",
        ] {
            assert!(matches!(redirect(&from, location, &hosts), Err(EgressError::Denied(_))), "{location}");
        }
    }
}
