//! Credentials: put into a request by the host, at the place that the component names, and taken out of everything
//! that comes back. A component never sees a value, only the key of its setting.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::{headers, target};
use crate::error::EgressError;

/// Where a credential goes, with its value and the key of its setting.
pub(crate) enum Auth {
    Bearer(Credential),
    Basic { user: Credential, password: Credential },
    Header { name: String, value: Credential },
    Query { name: String, value: Credential },
    Path(Credential),
}

/// A value from a setting, or a literal of the component.
pub(crate) struct Credential {
    /// The key of the setting; none for a literal.
    pub(crate) key: Option<String>,
    pub(crate) value: SecretString,
}

impl Credential {
    /// As messages call it.
    fn what(&self) -> String {
        self.key.as_ref().map_or_else(|| "the literal".into(), |key| format!("the setting `{key}`"))
    }
}

/// The place in the path.
const PLACE: &str = "{secret}";

impl Auth {
    fn credentials(&self) -> Vec<&Credential> {
        match self {
            Self::Bearer(value) | Self::Path(value) | Self::Header { value, .. } | Self::Query { value, .. } => {
                vec![value]
            }
            Self::Basic { user, password } => vec![user, password],
        }
    }

    /// The header that this credential sets.
    pub(super) fn header_name(&self) -> Option<&str> {
        match self {
            Self::Bearer(_) | Self::Basic { .. } => Some("authorization"),
            Self::Header { name, .. } => Some(name),
            Self::Query { .. } | Self::Path(_) => None,
        }
    }

    /// Puts the credential into the headers, when it belongs there.
    pub(super) fn add_header(&self, headers: &mut HeaderMap) -> Result<(), EgressError> {
        let (name, text, value) = match self {
            Self::Bearer(value) => (header::AUTHORIZATION, format!("Bearer {}", value.value.expose_secret()), value),
            Self::Basic { user, password } => {
                let pair = basic(user, password)?;
                (header::AUTHORIZATION, format!("Basic {pair}"), user)
            }
            Self::Header { name, value } => {
                let lower = name.to_ascii_lowercase();
                if headers::is_reserved(&lower) && lower != "authorization" && lower != "cookie" {
                    return Err(EgressError::Invalid(format!("`auth`: the header `{name}` is set by the host")));
                }
                let name = HeaderName::try_from(lower)
                    .map_err(|_| EgressError::Invalid("`auth`: not a header name".into()))?;
                (name, value.value.expose_secret().to_owned(), value)
            }
            Self::Query { .. } | Self::Path(_) => return Ok(()),
        };
        let unfit = || EgressError::Invalid(format!("`auth`: {} has characters that no header can have", value.what()));
        let mut header = HeaderValue::try_from(text).map_err(|_| unfit())?;
        header.set_sensitive(true);
        headers.insert(name, header);
        Ok(())
    }

    /// Every form in which the values can come back.
    pub(super) fn secrets(&self) -> Secrets {
        let mut forms = Vec::new();
        for credential in self.credentials().into_iter().filter(|credential| credential.key.is_some()) {
            let value = credential.value.expose_secret();
            forms.push(value.to_owned());
            forms.push(percent_encoded(value, ""));
            forms.push(percent_encoded(value, ":"));
        }
        if let Self::Basic { user, password } = self {
            forms.extend(basic(user, password));
        }
        forms.sort_unstable_by_key(|form| std::cmp::Reverse(form.len()));
        forms.dedup();
        Secrets(forms.into_iter().filter(|form| form.len() >= Secrets::SHORTEST).map(SecretString::from).collect())
    }
}

fn basic(user: &Credential, password: &Credential) -> Result<String, EgressError> {
    let user = user.value.expose_secret();
    if user.contains(':') {
        return Err(EgressError::Invalid("`auth`: a user name of Basic has no colon".into()));
    }
    Ok(STANDARD.encode(format!("{user}:{}", password.value.expose_secret())))
}

/// The URL that is sent, checked, with the credential in its query or path.
pub(super) fn place_in_url(auth: Option<&Auth>, text: &str) -> Result<Url, EgressError> {
    match auth {
        Some(Auth::Query { name, value }) => {
            let mut url = target::parse(text)?;
            let fits = (1..=64).contains(&name.len())
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
            if !fits || url.query_pairs().any(|(given, _)| given == *name) {
                let what = "`auth`: the name in the query is 1 to 64 of A-Z a-z 0-9 _ - . and not yet in the URL";
                return Err(EgressError::Invalid(what.into()));
            }
            let pair = format!("{name}={}", percent_encoded(value.value.expose_secret(), ""));
            let query = match url.query() {
                None | Some("") => pair,
                Some(query) => format!("{query}&{pair}"),
            };
            url.set_query(Some(&query));
            Ok(url)
        }
        Some(Auth::Path(value)) => place_in_path(value, text),
        _ => target::parse(text),
    }
}

fn place_in_path(credential: &Credential, text: &str) -> Result<Url, EgressError> {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let host = path.strip_prefix("https://").and_then(|rest| rest.split('/').next()).unwrap_or_default();
    if text.matches(PLACE).count() != 1 || path.matches(PLACE).count() != 1 || host.contains('{') {
        return Err(EgressError::Invalid(format!("`auth`: write {PLACE} exactly once, in the path of `url`")));
    }
    let value = credential.value.expose_secret();
    if value.bytes().all(|b| b == b'.') {
        return Err(EgressError::Invalid(format!("`auth`: {} cannot be part of a path", credential.what())));
    }
    // A stand-in of harmless letters shows where the parsed URL has the place: the value cannot move it.
    let segments = |text: &str| target::parse(text).map(|url| url.path().matches('/').count());
    let filled = text.replacen(PLACE, &percent_encoded(value, ":"), 1);
    if segments(&filled)? != segments(&text.replacen(PLACE, "x", 1))? {
        return Err(EgressError::Invalid(format!("`auth`: {} cannot be part of a path", credential.what())));
    }
    target::parse(&filled)
}

/// Percent-encodes all but unreserved characters (RFC 3986) and those of `also`.
fn percent_encoded(text: &str, also: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || also.as_bytes().contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The values of a request, longest first, to be taken out of what comes back.
#[derive(Default)]
pub(super) struct Secrets(Vec<SecretString>);

impl Secrets {
    /// Another value to be taken out, that is sent in the body.
    pub(super) fn add(&mut self, value: &SecretString) {
        if value.expose_secret().len() >= Self::SHORTEST {
            self.0.push(value.clone());
            self.0.sort_unstable_by_key(|secret| std::cmp::Reverse(secret.expose_secret().len()));
        }
    }

    /// Shorter values occur by chance.
    const SHORTEST: usize = 6;
    const SHOWN: &str = "[secret]";

    pub(super) fn occur_in(&self, text: &str) -> bool {
        self.0.iter().any(|secret| text.contains(secret.expose_secret()))
    }

    pub(super) fn scrub(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| text.replace(secret.expose_secret(), Self::SHOWN))
    }

    pub(super) fn scrub_bytes(&self, mut bytes: Vec<u8>) -> Vec<u8> {
        for secret in &self.0 {
            let needle = secret.expose_secret().as_bytes();
            let mut rest = bytes.as_slice();
            let mut clean = Vec::new();
            while let Some(at) = find(rest, needle) {
                let (before, from) = rest.split_at(at);
                clean.extend_from_slice(before);
                clean.extend_from_slice(Self::SHOWN.as_bytes());
                rest = from.get(needle.len()..).unwrap_or_default();
            }
            if !clean.is_empty() {
                clean.extend_from_slice(rest);
                bytes = clean;
            }
        }
        bytes
    }

    pub(super) fn scrub_error(&self, error: EgressError) -> EgressError {
        match error {
            EgressError::Invalid(text) => EgressError::Invalid(self.scrub(&text)),
            EgressError::Denied(text) => EgressError::Denied(self.scrub(&text)),
            EgressError::Unreachable(text) => EgressError::Unreachable(self.scrub(&text)),
            EgressError::TooLarge(text) => EgressError::TooLarge(self.scrub(&text)),
            other => other,
        }
    }
}

/// Where `needle` first occurs; its first byte is looked for before the rest is compared.
fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(at) = bytes.get(from..)?.iter().position(|byte| *byte == first) {
        if bytes.get(from + at..)?.starts_with(needle) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credential(value: &str) -> Credential {
        Credential { key: Some("token".into()), value: value.into() }
    }

    fn url(auth: &Auth, text: &str) -> Result<String, EgressError> {
        place_in_url(Some(auth), text).map(String::from)
    }

    fn header_of(auth: &Auth) -> Result<(String, String), EgressError> {
        let mut headers = HeaderMap::new();
        auth.add_header(&mut headers)?;
        let (name, value) = headers.iter().next().unwrap();
        assert!(value.is_sensitive());
        Ok((name.to_string(), value.to_str().unwrap().to_owned()))
    }

    #[test]
    fn each_place_gets_its_value_in_its_own_encoding() {
        let bearer = Auth::Bearer(credential("s3cr3t"));
        assert_eq!(header_of(&bearer).unwrap(), ("authorization".into(), "Bearer s3cr3t".into()));
        let basic = Auth::Basic { user: credential("key"), password: Credential { key: None, value: "X".into() } };
        assert_eq!(header_of(&basic).unwrap(), ("authorization".into(), "Basic a2V5Olg=".into()));
        let header = Auth::Header { name: "X-Api-Key".into(), value: credential("s3cr3t") };
        assert_eq!(header_of(&header).unwrap(), ("x-api-key".into(), "s3cr3t".into()));
        let query = Auth::Query { name: "token".into(), value: credential("a b&c=d/é") };
        assert_eq!(
            url(&query, "https://a.example.com/x?y=1").unwrap(),
            "https://a.example.com/x?y=1&token=a%20b%26c%3Dd%2F%C3%A9"
        );
        assert_eq!(
            url(&query, "https://a.example.com/x").unwrap(),
            "https://a.example.com/x?token=a%20b%26c%3Dd%2F%C3%A9"
        );
        let path = Auth::Path(credential("123:AB-c_d"));
        assert_eq!(
            url(&path, "https://a.example.com/bot{secret}/send?x={y}").unwrap(),
            "https://a.example.com/bot123:AB-c_d/send?x={y}"
        );
    }

    #[test]
    fn a_value_cannot_leave_its_place() {
        for value in ["../../admin", "..", ".", "a/b", "a?b", "a#b", "a\\b", "%2e%2e"] {
            let path = Auth::Path(credential(value));
            let placed = url(&path, "https://a.example.com/v1/{secret}/x");
            if let Ok(placed) = placed {
                assert_eq!(placed.matches('/').count(), 5, "{value} became {placed}");
                assert!(placed.starts_with("https://a.example.com/v1/") && placed.ends_with("/x"), "{placed}");
            }
        }
        for text in [
            "https://a.example.com/x",
            "https://a.example.com/{secret}/{secret}",
            "https://a.example.com/?x={secret}",
            "https://{secret}.example.com/",
            "https://a.example.com{secret}/",
        ] {
            assert!(url(&Auth::Path(credential("b.evil")), text).is_err(), "{text}");
        }
        let bad = Auth::Bearer(credential("a\r\nHost: evil"));
        assert!(matches!(header_of(&bad), Err(EgressError::Invalid(_))));
        assert!(header_of(&Auth::Header { name: "Host".into(), value: credential("x") }).is_err());
        let twice = Auth::Query { name: "token".into(), value: credential("x") };
        assert!(url(&twice, "https://a.example.com/?token=1").is_err());
    }

    #[test]
    fn values_are_taken_out_in_every_form() {
        let auth = Auth::Basic { user: credential("user/name"), password: credential("pass word") };
        let secrets = auth.secrets();
        let text = format!("user/name user%2Fname pass word pass%20word {}", STANDARD.encode("user/name:pass word"));
        assert_eq!(secrets.scrub(&text), "[secret] [secret] [secret] [secret] [secret]");
        assert_eq!(secrets.scrub_bytes(b"<user/name>".to_vec()), b"<[secret]>");
        assert_eq!(secrets.scrub_bytes(b"nothing".to_vec()), b"nothing");
        assert!(secrets.occur_in("x?y=user%2Fname"));
    }
}
