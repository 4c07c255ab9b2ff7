//! What a call is about, and finds besides what is kept: the mail that came, the files of the reply that it sends, those that an operator
//! has chosen, whatever the add-on was granted; and settings that are tried before anybody saves them. It is lent for the call alone.

use std::collections::BTreeMap;

use annex_domain::{
    channel::OutboundMessage,
    ports::FileFacts,
    settings::SettingValue,
    ui::{Entry, Value},
};
use bytes::Bytes;
use secrecy::SecretString;

/// Settings as they were entered, by their keys; `None`: emptied. What is not among them is as it is kept.
pub type Entered = BTreeMap<String, Option<SettingValue>>;

/// What is lent to a call.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lent {
    /// A file that only this call knows, with its bytes.
    raw: Option<(FileFacts, Bytes)>,
    /// Ids of files of the desk.
    files: Vec<String>,
    /// Ids of files that the operator who acts has uploaded.
    chosen: Vec<String>,
    entered: Entered,
}

impl Lent {
    /// A mail with its bytes.
    pub(crate) fn mail(facts: FileFacts, bytes: Bytes) -> Self {
        Self { raw: Some((facts, bytes)), ..Self::default() }
    }

    /// The files of a reply.
    pub(crate) fn files_of(message: &OutboundMessage) -> Self {
        let files = message.attachments.iter().map(|attachment| attachment.file.id.clone()).collect();
        Self { files, ..Self::default() }
    }

    /// The files that were chosen in fields.
    pub(crate) fn chosen(values: &[Entry]) -> Self {
        let files = |entry: &Entry| match &entry.value {
            Value::Files(files) => files.clone(),
            _ => Vec::new(),
        };
        Self { chosen: values.iter().flat_map(files).collect(), ..Self::default() }
    }

    /// Settings to try.
    pub(crate) fn settings(entered: Entered) -> Self {
        Self { entered, ..Self::default() }
    }

    /// A setting that is tried; `Some(None)`: it is empty.
    pub(crate) fn setting(&self, key: &str) -> Option<Option<SettingValue>> {
        self.entered.get(key).cloned()
    }

    /// The same as a credential.
    pub(crate) fn credential(&self, key: &str) -> Option<Option<SecretString>> {
        Some(self.setting(key)?.map(|value| SecretString::from(value.to_string())))
    }

    /// Whether a file is lent.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.raw(id).is_some() || self.files.iter().any(|file| file == id) || self.was_chosen(id)
    }

    /// Whether a file was chosen in a field.
    pub(crate) fn was_chosen(&self, id: &str) -> bool {
        self.chosen.iter().any(|file| file == id)
    }

    /// What only this call knows.
    pub(crate) fn raw(&self, id: &str) -> Option<&(FileFacts, Bytes)> {
        self.raw.as_ref().filter(|(facts, _)| facts.id == id)
    }
}

/// A piece of a file; less where it ends.
pub(crate) fn piece(bytes: &Bytes, offset: u64, length: u32) -> Vec<u8> {
    let from = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
    let to = from.saturating_add(length as usize).min(bytes.len());
    bytes.get(from..to).unwrap_or_default().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_is_lent_and_what_was_typed_is_not() {
        let entry = |field: &str, value| Entry { field: field.into(), value };
        let lent = Lent::chosen(&[
            entry("papers", Value::Files(vec!["a".into(), "b".into()])),
            entry("name", Value::Text("c".into())),
        ]);
        assert!(lent.has("a") && lent.was_chosen("b") && !lent.has("c"));
    }

    #[test]
    fn a_mail_is_lent_with_its_bytes_and_nothing_else() {
        let facts = FileFacts { id: "m".into(), name: "mail.eml".into(), media_type: "message/rfc822".into(), size: 5 };
        let lent = Lent::mail(facts, Bytes::from_static(b"Hello"));
        assert!(lent.has("m") && !lent.has("n"));
        let (_, bytes) = lent.raw("m").unwrap();
        for (offset, length, expected) in [(0, 9, "Hello"), (1, 2, "el"), (5, 1, ""), (9, 1, ""), (u64::MAX, 1, "")] {
            assert_eq!(piece(bytes, offset, length), expected.as_bytes(), "{offset}");
        }
    }
}
