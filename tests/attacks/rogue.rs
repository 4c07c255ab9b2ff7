//! The guest `rogue` under any id, behaving as told.

use std::path::Path;

use crate::packages::{guest, head, signed};

/// A signed package in `folder`.
pub(crate) fn rogue(folder: &Path, id: &str, behaviour: &str, hears: bool) -> Vec<u8> {
    let events = if hears { "events = [\"ticket-created\"]\n" } else { "" };
    let manifest = format!(
        "{events}{}\n[[capabilities]]\nuse = \"kv\"\npurpose = \"to fill\"\n\
         [[capabilities]]\nuse = \"tickets.read\"\npurpose = \"to read\"\n\
         [[capabilities]]\nuse = \"tickets.write\"\npurpose = \"to write\"\n\
         [[capabilities]]\nuse = \"http\"\nhosts = [\"slow.example.com\"]\npurpose = \"to wait\"\n",
        head(id, "plugin")
    );
    signed(folder, id, &with_behaviour(behaviour, id), &manifest)
}

fn with_behaviour(behaviour: &str, label: &str) -> Vec<u8> {
    const PLACE: &[u8] = b"the behaviour of the rogue:";
    const LENGTH: usize = 96;
    let mut component = guest("rogue");
    let found = component.windows(PLACE.len()).position(|bytes| bytes == PLACE);
    let at = found.expect("the guest has a place for its behaviour");
    let told = format!("label={label} {behaviour}");
    let words = &mut component[at + PLACE.len()..at + LENGTH];
    words.fill(b' ');
    words[..told.len()].copy_from_slice(told.as_bytes());
    component
}
