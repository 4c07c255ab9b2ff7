//! What proves that a mail is one of ours, or answers one: a tag under a key that only this installation has, in the Message-ID of each
//! mail that goes out and in the token of its conversation. Nothing has to be kept to know them again.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::desk::{Desk, Fault};

const KEY: &str = "key";
/// Letters of tokens: none that is taken for another.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters of a token that name the conversation, and that prove it.
const NAME: usize = 10;
const PROOF: usize = 8;
/// Before the name of a conversation where the desk keeps it.
const THREAD: &str = "conversation:";

/// The key of an installation.
pub(crate) struct Key(Vec<u8>);

impl Key {
    /// The key, which is made when it is first needed.
    pub(crate) fn of(desk: &dyn Desk) -> Result<Self, Fault> {
        if let Some(key) = desk.get(KEY)? {
            return Ok(Self(key));
        }
        desk.keep_first(KEY, &desk.random()?)?;
        // Another call may have been first.
        desk.get(KEY)?.map(Self).ok_or_else(|| Fault::Upstream("the key was not kept".into()))
    }

    /// The Message-ID of a message, without brackets: the same each time.
    pub(crate) fn message_id(&self, message: &str, domain: &str) -> String {
        let message: String = message.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(80).collect();
        format!("{message}.{}@{domain}", self.letters("message", &message, PROOF))
    }

    /// True for what [`Self::message_id`] made.
    pub(crate) fn is_ours(&self, id: &str) -> bool {
        let Some((local, _)) = id.rsplit_once('@') else { return false };
        let Some((message, tag)) = local.rsplit_once('.') else { return false };
        is_same(tag, &self.letters("message", message, PROOF))
    }

    /// The token of a conversation, as people see it: of the thread that it has already, else of what names it.
    pub(crate) fn token(&self, threads: &[String], message: &str) -> String {
        let known = threads.iter().find_map(|thread| thread.strip_prefix(THREAD)).map(str::to_owned);
        let root = threads.last().map_or(message, String::as_str);
        let name = known.unwrap_or_else(|| self.letters("conversation", root, NAME));
        let proof = self.letters("token", &name, PROOF);
        name + &proof
    }

    /// The thread that a token stands for; none when we have not made it.
    pub(crate) fn thread(&self, token: &str) -> Option<String> {
        let token = token.to_ascii_uppercase();
        let (name, proof) = token.split_at_checked(NAME)?;
        is_same(proof, &self.letters("token", name, PROOF)).then(|| format!("{THREAD}{name}"))
    }

    fn letters(&self, purpose: &str, of: &str, length: usize) -> String {
        // Keys of any length are taken: it cannot fail, and an empty tag would be of no use to anybody.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        mac.update(purpose.as_bytes());
        mac.update(b"\0");
        mac.update(of.as_bytes());
        let bytes = mac.finalize().into_bytes();
        let letter = |byte: &u8| LETTERS.get(usize::from(byte % 32)).map(|letter| char::from(*letter));
        bytes.iter().take(length).filter_map(letter).collect()
    }
}

/// True for what has the form of a token.
pub(crate) fn could_be_token(text: &str) -> bool {
    text.len() == NAME + PROOF && text.bytes().all(|byte| LETTERS.contains(&byte.to_ascii_uppercase()))
}

/// Compares without telling by its time where two differ.
fn is_same(one: &str, other: &str) -> bool {
    let differences = one.bytes().zip(other.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
    !other.is_empty() && one.len() == other.len() && differences == 0
}

/// SHA-256 in hexadecimal.
pub(crate) fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// SHA-256 of what comes in pieces.
#[derive(Default)]
pub(crate) struct Digest(Sha256);

impl Digest {
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn end(self) -> String {
        hex(&self.0.finalize())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> Key {
        Key(vec![byte; 32])
    }

    #[test]
    fn only_ids_of_this_key_are_ours() {
        let id = key(1).message_id("0198-ab", "desk.example");
        assert!(id.ends_with("@desk.example"), "{id}");
        assert!(key(1).is_ours(&id));
        assert!(!key(2).is_ours(&id));
        for forged in ["", "@", "a@b", "0198-ab@desk.example", "0198-ab.@desk.example", &id.replace("ab", "cd")] {
            assert!(!key(1).is_ours(forged), "{forged}");
        }
    }

    #[test]
    fn a_token_leads_to_its_conversation_and_a_forged_one_nowhere() {
        let token = key(1).token(&["b@x".into(), "a@x".into()], "m1");
        let thread = key(1).thread(&token).unwrap();
        assert_eq!(key(1).thread(&token.to_lowercase()).as_deref(), Some(thread.as_str()));
        // A conversation that has a token keeps it.
        assert_eq!(key(1).token(&["c@x".into(), thread], "m2"), token);
        assert_eq!(key(2).thread(&token), None);
        for forged in ["", "0123456789", "012345678901234567", "ééééééééééééé"] {
            assert_eq!(key(1).thread(forged), None, "{forged}");
        }
    }
}
