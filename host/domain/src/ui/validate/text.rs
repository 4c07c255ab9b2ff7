//! Texts, ids and links. Texts are cleaned in place; the usual text needs no more than one look at its bytes.

use super::{At, Check, Checker, Limits};
use crate::text::clean;

impl Checker<'_, '_> {
    /// One line that must not be empty: titles, labels.
    pub(super) fn label(&mut self, text: &mut String, at: &At<'_>) -> Check {
        self.line(text, at)?;
        if text.trim_ascii().is_empty() {
            return Err(at.breaks("must not be empty"));
        }
        Ok(())
    }

    /// One line: line breaks become spaces.
    pub(super) fn line(&mut self, text: &mut String, at: &At<'_>) -> Check {
        clean(text, false);
        self.measure(text, Limits::LINE_CHARS, at)
    }

    pub(super) fn optional_line(&mut self, text: &mut Option<String>, at: &At<'_>) -> Check {
        text.as_mut().map_or(Ok(()), |text| self.line(text, at))
    }

    /// Paragraphs: line breaks and tabs stay.
    pub(super) fn paragraphs(&mut self, text: &mut String, longest: usize, at: &At<'_>) -> Check {
        clean(text, true);
        self.measure(text, longest, at)
    }

    pub(super) fn optional_paragraphs(&mut self, text: &mut Option<String>, at: &At<'_>) -> Check {
        text.as_mut().map_or(Ok(()), |text| self.paragraphs(text, Limits::TEXT_CHARS, at))
    }

    fn measure(&mut self, text: &str, longest: usize, at: &At<'_>) -> Check {
        // Bytes are an upper bound of characters: most texts need no counting.
        if text.len() > longest && text.chars().count() > longest {
            return Err(at.breaks(format!("at most {longest} characters")));
        }
        self.spend(text.len(), at)
    }

    pub(super) fn verb(&mut self, verb: &str, at: &At<'_>) -> Check {
        well_formed(verb, at)?;
        self.spend(verb.len(), at)
    }

    pub(super) fn link(&mut self, url: &str, at: &At<'_>) -> Check {
        self.spend(url.len(), at)?;
        https(url, at).map(|_| ())
    }

    /// A picture's address: https on a granted host, where the host's proxy fetches it.
    pub(super) fn picture(&mut self, url: &str, at: &At<'_>) -> Check {
        self.spend(url.len(), at)?;
        let url = https(url, at)?;
        let host = url.host_str().unwrap_or_default();
        if !self.hosts.iter().any(|granted| granted == host) {
            return Err(at.breaks(format!("`{host}` is not a granted host; declare it in the manifest")));
        }
        if url.port().is_some() {
            return Err(at.breaks("no port but 443"));
        }
        Ok(())
    }
}

/// An id or verb: 1 to 64 of `a-z A-Z 0-9 - _ . :`.
pub(super) fn well_formed(id: &str, at: &At<'_>) -> Check {
    let characters = id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':'));
    if id.is_empty() || id.len() > Limits::ID_BYTES || !characters {
        return Err(at.breaks("an id or verb is 1 to 64 of a-z, A-Z, 0-9, `-`, `_`, `.` and `:`"));
    }
    Ok(())
}

fn https(text: &str, at: &At<'_>) -> Result<url::Url, super::UiError> {
    let plain = text.bytes().all(|b| (0x21..=0x7E).contains(&b) && b != b'\\');
    let url = (plain && text.len() <= Limits::URL_BYTES).then(|| url::Url::parse(text).ok()).flatten();
    let Some(url) = url.filter(|url| url.scheme() == "https" && url.domain().is_some_and(|host| host.contains('.')))
    else {
        return Err(at.breaks("expected an address such as https://example.com/page: https, a host name, ASCII only"));
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(at.breaks("no user name or password in addresses"));
    }
    Ok(url)
}
