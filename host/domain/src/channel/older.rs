//! What a channel of 0.1 says in texts, because its interface has no place for it: which change of a message it tells of, and that a
//! service surely did not take a message.

use std::fmt;

use super::Revision;

/// An external id as channels write it: the id of a message, and of which change of it this tells.
///
/// `ID;edit=N` says that the author changed the message `ID`, `ID;update=N` that it changed by itself, such as a position
/// that is shared live. The higher `N` counts, in whatever order they come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalId<'a> {
    /// The message.
    pub message: &'a str,
    /// Which change of it; `None`: the message itself.
    pub revision: Option<Revision>,
}

impl<'a> ExternalId<'a> {
    /// Reads an external id.
    #[must_use]
    pub fn read(text: &'a str) -> Self {
        for (mark, by_author) in [(";edit=", true), (";update=", false)] {
            if let Some((message, number)) = text.rsplit_once(mark)
                && let Ok(number @ 1..) = number.parse::<i64>()
                && !message.is_empty()
            {
                return Self { message, revision: Some(Revision { number, by_author }) };
            }
        }
        Self { message: text, revision: None }
    }
}

/// As [`ExternalId::read`] takes it.
impl fmt::Display for ExternalId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { message, revision } = self;
        match revision {
            None => f.write_str(message),
            Some(Revision { number, by_author: true }) => write!(f, "{message};edit={number}"),
            Some(Revision { number, by_author: false }) => write!(f, "{message};update={number}"),
        }
    }
}

/// What a channel says of a message that its service surely did not take. WIT 0.1 has no place for it, so it stands at
/// the end of the text of an `upstream` fault: `(not sent)`, or `(not sent; retry after 34 s)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotSent {
    /// The text before.
    pub text: String,
    /// Seconds to wait before the next try.
    pub retry_after: Option<u32>,
}

impl NotSent {
    /// Reads the text of a fault. `None`: it does not say that the message was not sent.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (before, mark) = text.trim_end().strip_suffix(')')?.rsplit_once('(')?;
        let retry_after = match mark.strip_prefix("not sent")? {
            "" => None,
            rest => Some(rest.strip_prefix("; retry after ")?.strip_suffix(" s")?.parse().ok()?),
        };
        Some(Self { text: before.trim_end().to_owned(), retry_after })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_of_a_message_name_it() {
        let read = |text| {
            let id = ExternalId::read(text);
            (id.message, id.revision.map(|it| (it.number, it.by_author)))
        };
        assert_eq!(read("7/5"), ("7/5", None));
        assert_eq!(read("7/5;edit=131"), ("7/5", Some((131, true))));
        assert_eq!(read("a;edit=1;update=2"), ("a;edit=1", Some((2, false))));
        for odd in ["7;edit=", "7;edit=x", "7;edit=0", "7;edit=-1", ";edit=1", "7;edit=99999999999999999999"] {
            assert_eq!(read(odd), (odd, None));
        }
        for text in ["7/5", "7/5;edit=131", "a;edit=1;update=2"] {
            assert_eq!(ExternalId::read(text).to_string(), text);
        }
    }

    #[test]
    fn only_the_agreed_words_say_that_nothing_was_sent() {
        let read = |text| NotSent::read(text).map(|it| (it.text, it.retry_after));
        assert_eq!(read("busy (not sent)"), Some(("busy".into(), None)));
        assert_eq!(read("wait (a bit) (not sent; retry after 34 s) "), Some(("wait (a bit)".into(), Some(34))));
        for other in ["", "busy", "not sent", "(not sent) busy", "(not sent; retry after -1 s)", "(not sent; soon)"] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
