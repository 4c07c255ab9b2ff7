//! Texts and links of a manifest: what people are shown, and where they are led.

use crate::{localized::Localized, text::is_plain};

/// Bytes of a link.
const LONGEST_URL: usize = 2_000;

/// An https address with a host name. User info would let `https://annex.example@evil.example` look like another site.
pub(crate) fn is_link(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    text.len() <= LONGEST_URL
        && is_plain(text, false)
        && !text.contains(|c: char| c.is_whitespace() || c == '\\')
        && !authority.contains('@')
        && url::Url::parse(text).is_ok_and(|url| url.domain().is_some())
}

/// Checks a text in each of its languages.
pub(super) fn check_text(
    text: &Localized,
    field: &str,
    longest: usize,
    wrong: &mut impl FnMut(String, &'static str, &str),
) {
    check_texts(text.iter(), field, longest, wrong);
}

/// The same of texts that are not all there yet.
pub(crate) fn check_texts<'a>(
    texts: impl Iterator<Item = (&'a str, &'a str)>,
    field: &str,
    longest: usize,
    wrong: &mut impl FnMut(String, &'static str, &str),
) {
    for (code, text) in texts {
        if text.trim().is_empty() {
            wrong(format!("{field}.{code}"), "empty", "write a text");
        }
        if text.chars().count() > longest {
            wrong(format!("{field}.{code}"), "too-long", &format!("use at most {longest} characters"));
        }
        if !is_plain(text, true) {
            wrong(format!("{field}.{code}"), "control-character", "remove control, bidi and invisible characters");
        }
        if !(2..=12).contains(&code.len()) || !code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            wrong(format!("{field}.{code}"), "language-code", "expected a code such as de or pt-BR");
        }
    }
}
