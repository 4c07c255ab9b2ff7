//! The head of a mail: its fields as they came, the people in it, and the ids by which conversations are known.

use mail_parser::{Address, HeaderName, HeaderValue, Message};

use crate::desk::Person;

/// Fields that are looked at, and bytes of each.
const MOST_FIELDS: usize = 2_000;
const LONGEST_FIELD: usize = 64 << 10;
/// People in one field that are looked at.
const MOST_PEOPLE: usize = 10_000;
/// Bytes of an address and of an id, as the desk takes them.
const LONGEST_HANDLE: usize = 200;
/// Characters of a name or subject.
const LONGEST_LINE: usize = 200;

/// The fields of a head.
pub(crate) struct Head(Vec<(String, String)>);

impl Head {
    pub(crate) fn of(message: &Message<'_>) -> Self {
        let fields = message.headers_raw().take(MOST_FIELDS);
        Self(fields.map(|(name, value)| (name.to_ascii_lowercase(), unfolded(value))).collect())
    }

    /// The first field of that name, in lower case.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str())
    }

    /// The same as one lower-case word: what follows it, such as parameters, is left out.
    pub(crate) fn word(&self, name: &str) -> Option<String> {
        let value = self.get(name)?.to_ascii_lowercase();
        Some(value.split([';', ' ', '(', ',']).next().unwrap_or_default().to_owned())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The ids in a field, without their brackets.
    pub(crate) fn ids(&self, name: &str) -> Vec<String> {
        self.get(name).map(ids).unwrap_or_default()
    }

    /// Everything in a field that looks like an address, in lower case.
    pub(crate) fn addresses(&self, name: &str) -> Vec<String> {
        let value = self.get(name).unwrap_or_default();
        let words = value.split([' ', ',', ';', '<', '>', '"', '(', ')']).filter_map(address);
        words.take(MOST_PEOPLE).collect()
    }

    /// The first address in `From`, else in what names an author otherwise.
    pub(crate) fn author(&self) -> Option<String> {
        ["from", "sender", "reply-to", "return-path"].iter().find_map(|name| self.addresses(name).into_iter().next())
    }
}

/// The ids in brackets; without any, each word with an `@`.
pub(crate) fn ids(text: &str) -> Vec<String> {
    let in_brackets: Vec<String> = text
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .map(|(id, _)| id.split_whitespace().collect::<String>())
        .filter(|id| is_id(id))
        .collect();
    if !in_brackets.is_empty() {
        return in_brackets;
    }
    text.split_whitespace().filter(|word| word.contains('@') && is_id(word)).map(str::to_owned).collect()
}

fn is_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= LONGEST_HANDLE && !id.chars().any(|c| c.is_control() || matches!(c, '<' | '>'))
}

/// The people in a field of addresses; those without a usable address are left out.
pub(crate) fn people<'x>(message: &Message<'x>, name: HeaderName<'x>) -> Vec<Person> {
    let Some(HeaderValue::Address(found)) = message.header(name) else { return Vec::new() };
    let list = match found {
        Address::List(list) => list.iter().collect::<Vec<_>>(),
        Address::Group(groups) => groups.iter().flat_map(|group| group.addresses.iter()).collect(),
    };
    let people = list.into_iter().take(MOST_PEOPLE).filter_map(|one| {
        let handle = address(one.address.as_deref()?)?;
        let name = line(one.name.as_deref().unwrap_or_default());
        Some(Person { email: Some(handle.clone()), handle, name })
    });
    people.collect()
}

/// An address in lower case, if it can be one.
pub(crate) fn address(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(['<', '>']).trim_start_matches("mailto:");
    let (local, domain) = text.rsplit_once('@')?;
    let is_odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"' | '(' | ')');
    let is_whole = !local.is_empty() && domain.len() > 1 && !local.contains('@') && !text.contains(is_odd);
    (is_whole && text.len() <= LONGEST_HANDLE).then(|| text.to_lowercase())
}

/// One line of what people read: nothing hidden in it, at most 200 characters.
pub(crate) fn line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let joined = words.collect::<Vec<_>>().join(" ");
    joined.chars().filter(|c| !is_hidden(*c)).take(LONGEST_LINE).collect::<String>().trim().to_owned()
}

/// Characters that turn the direction of text, or cannot be seen.
pub(crate) fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// A field in one line.
fn unfolded(value: &str) -> String {
    let mut end = value.len().min(LONGEST_FIELD);
    while !value.is_char_boundary(end) {
        end -= 1;
    }
    let value = value.get(..end).unwrap_or_default();
    value.split(['\r', '\n']).map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_however_they_are_written() {
        assert_eq!(ids("<a@x> <b@x>\r\n\t<c@x>"), ["a@x", "b@x", "c@x"]);
        assert_eq!(ids("Your message of Monday <a@x>"), ["a@x"]);
        assert_eq!(ids("a@x"), ["a@x"]);
        assert_eq!(ids("<>"), [""; 0]);
        assert_eq!(ids(&format!("<{}@x>", "a".repeat(300))), [""; 0]);
    }

    #[test]
    fn addresses_are_whole_or_none() {
        assert_eq!(address(" <Ada@X.Example> ").as_deref(), Some("ada@x.example"));
        for odd in ["", "ada", "@x.example", "ada@", "a b@x.example", "a@b@x.example", "a@x.example\r\nBcc: b"] {
            assert_eq!(address(odd), None, "{odd}");
        }
    }

    #[test]
    fn lines_hide_nothing() {
        assert_eq!(line("a\r\nBcc:\tb\u{202e}\u{200b}c"), "a Bcc: bc");
        assert_eq!(line(&"é".repeat(500)).chars().count(), 200);
    }
}
