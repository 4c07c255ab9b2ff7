//! The name of a conversation: `CHAT` for a private chat, `CHAT/PERSON` in a group, `CHAT/PERSON/TOPIC` in a group with
//! topics. In a group, each person has a ticket of their own; replies go to the chat and topic.

use std::{fmt, str::FromStr};

/// A conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Thread {
    pub(crate) chat: i64,
    /// In groups.
    pub(crate) person: Option<i64>,
    /// In groups with topics.
    pub(crate) topic: Option<i64>,
}

impl fmt::Display for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.chat)?;
        if let Some(person) = self.person {
            write!(f, "/{person}")?;
            if let Some(topic) = self.topic {
                write!(f, "/{topic}")?;
            }
        }
        Ok(())
    }
}

impl FromStr for Thread {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('/').map(|part| part.parse::<i64>().map_err(drop));
        let chat = parts.next().ok_or(())??;
        let person = parts.next().transpose()?;
        let topic = parts.next().transpose()?;
        if parts.next().is_some() { Err(()) } else { Ok(Self { chat, person, topic }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_the_way_there_and_back() {
        for text in ["42", "-100123/7", "-100123/7/3"] {
            assert_eq!(text.parse::<Thread>().map(|thread| thread.to_string()).as_deref(), Ok(text));
        }
        for bad in ["", "x", "1/", "1/2/3/4", "1/x", "99999999999999999999"] {
            assert_eq!(bad.parse::<Thread>(), Err(()), "{bad}");
        }
    }
}
