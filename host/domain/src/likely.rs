//! What somebody likely meant who wrote a word that a closed set does not have: the nearest one, when it is a slip or two away. For
//! the answers to authors of add-ons; nothing is ever decided by it.

/// Nobody mistypes a longer word into one of ours; it also bounds the work over words of strangers.
const LONGEST: usize = 80;
/// A slip in a short word, three in a long one: beyond that the words have nothing to do with each other.
const MOST_SLIPS: usize = 3;

/// The one of `known` that is nearest to `word`.
#[must_use]
pub fn meant<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    if length > LONGEST {
        return None;
    }
    let most = (length / 3).clamp(1, MOST_SLIPS);
    let word = word.to_lowercase();
    let near = known.into_iter().filter(|one| one.len().abs_diff(word.len()) <= 4 * MOST_SLIPS);
    let measured = near.map(|one| (strsim::osa_distance(&word, &one.to_lowercase()), one));
    measured.filter(|(slips, _)| *slips <= most).min_by_key(|(slips, _)| *slips).map(|(_, one)| one)
}

/// The same out of what serde says of a key or a word that it does not know: "unknown field `colour`, expected one of `color`, `size`".
#[must_use]
pub fn meant_in(message: &str) -> Option<&str> {
    let mut quoted = message.strip_prefix("unknown ")?.split('`').skip(1).step_by(2);
    let word = quoted.next()?;
    meant(word, quoted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{addon::Kind, capability::Access};

    #[test]
    fn a_slip_is_seen_and_another_word_is_not() {
        let kinds = || Kind::ALL.into_iter().map(Kind::as_str);
        assert_eq!(meant("plugni", kinds()), Some("plugin"));
        assert_eq!(meant("Channel", kinds()), Some("channel"));
        assert_eq!(meant("laguage", kinds()), Some("language"));
        assert_eq!(meant("theme", kinds()), None);
        let access = || Access::ALL.into_iter().map(Access::as_str);
        assert_eq!(meant("ticket.read", access()), Some("tickets.read"));
        assert_eq!(meant("tickets_write", access()), Some("tickets.write"));
        assert_eq!(meant("HTTP", access()), Some("http"));
        assert_eq!(meant(&"http".repeat(1_000), access()), None);
    }

    #[test]
    fn serde_says_what_there_is() {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Form {
            #[serde(rename = "use")]
            _access: Access,
        }
        let said = |json: &str| serde_json::from_str::<Form>(json).err().map(|error| error.to_string()).unwrap();
        assert_eq!(meant_in(&said(r#"{"usee":"http"}"#)), Some("use"));
        assert_eq!(meant_in(&said(r#"{"use":"contact.read"}"#)), Some("contacts.read"));
        assert_eq!(meant_in(&said(r#"{"use":"telephone"}"#)), None);
        assert_eq!(meant_in(&said("{}")), None);
    }
}
