//! What the form of a panel sends, as an event for the add-on. One form holds the whole panel, so that it works without
//! script: the pressed button says in its value what it is, and each field says in its name to which section it belongs
//! and what it holds. All of it is only a claim of the browser; the sealed view decides whether it is offered.
//!
//! | button `do` | |
//! |---|---|
//! | `a·section·action·verb` | an action; the fields of the section are its values |
//! | `c·section·field·verb` | a field was changed |
//! | `l·section·field·verb` | more choices are looked up by what was typed beside the field |
//! | `p·list·verb·cursor` | another page of a list or table |
//! | `s·table·column·descending` | sort a table |
//! | `d·node·verb·` | a part is asked for that was deferred |
//! | `back` | to the view below |
//!
//! A field is named `v·section·type·field`; the types are t(ext), n(umber), f(lag), m(any), and a(ttachments): ids of files that have come.
//! Beside **Send**, `draft` and `note` say what stood in the reply box when the view was opened.

use annex_domain::ui::{ComposerPlace, Entry, Event, Value};

/// So much of a draft is told, in bytes.
const LONGEST_DRAFT: usize = 64 << 10;

/// Stands between the parts of a name: no id or verb has it.
const BETWEEN: char = '|';

/// What an operator did.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Sent {
    /// For the add-on.
    Event(Event),
    /// For the host alone.
    Back,
}

/// The value of a button.
pub(super) fn button(parts: &[&str]) -> String {
    parts.join("|")
}

/// The name of a field: `kind` is `t`, `n`, `f`, `m` or `a`.
pub(super) fn field_name(section: &str, kind: &str, field: &str) -> String {
    button(&["v", section, kind, field])
}

/// The name of the box to look up choices with.
pub(super) fn lookup_name(section: &str, field: &str) -> String {
    button(&["q", section, field])
}

/// The sealed state of the view that was shown.
pub(super) fn state(pairs: &[(String, String)]) -> &str {
    value(pairs, "state").unwrap_or_default()
}

/// Puts down what stood in the reply box, where it was sent along.
pub(super) fn write_down(pairs: &[(String, String)], place: &mut ComposerPlace) {
    if let Some(draft) = value(pairs, "draft") {
        let draft = draft.replace("\r\n", "\n");
        place.draft = as_told(&draft).to_owned();
        place.internal = value(pairs, "note") == Some("yes");
    }
}

/// As much of a draft as a view is told.
pub(super) fn as_told(draft: &str) -> &str {
    draft.get(..draft.floor_char_boundary(LONGEST_DRAFT)).unwrap_or(draft)
}

/// What was done. None: no button, or not one of ours.
pub(crate) fn read(pairs: &[(String, String)]) -> Option<Sent> {
    let pressed = value(pairs, "do")?;
    if pressed == "back" {
        return Some(Sent::Back);
    }
    let mut parts = pressed.splitn(4, BETWEEN);
    let (kind, first, second, third) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let event = |verb: &str, source: &str, values, cursor| Event {
        verb: verb.to_owned(),
        source: source.to_owned(),
        args: Vec::new(), // the view's
        values,
        cursor,
        state: Vec::new(),
    };
    let event = match kind {
        "a" | "c" => event(third, second, values(pairs, first), None),
        "l" => {
            let typed = value(pairs, &lookup_name(first, second)).unwrap_or_default();
            event(third, second, vec![entry(second, Value::Text(typed.to_owned()))], None)
        }
        "p" => event(second, first, Vec::new(), Some(third.to_owned())),
        "s" => {
            let values = vec![
                entry("column", Value::Text(second.to_owned())),
                entry("descending", Value::Flag(third == "true")),
            ];
            event("sort", first, values, None)
        }
        "d" => event(second, first, Vec::new(), None),
        _ => return None,
    };
    Some(Sent::Event(event))
}

fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn entry(field: &str, value: Value) -> Entry {
    Entry { field: field.to_owned(), value }
}

/// The fields of one section, in the order of the form.
fn values(pairs: &[(String, String)], section: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for (name, text) in pairs {
        let mut parts = name.splitn(4, BETWEEN);
        if parts.next() != Some("v") || parts.next() != Some(section) {
            continue;
        }
        let (Some(kind), Some(field)) = (parts.next(), parts.next()) else { continue };
        let value = typed(kind, text);
        // A switch, a list of boxes and a choice of files send a hidden first value, so that "none" can be told from "not there".
        match entries.iter_mut().find(|entry| entry.field == field) {
            Some(Entry { value: Value::Many(all) | Value::Files(all), .. }) => all.push(text.clone()),
            Some(known) => known.value = value,
            None => entries.push(entry(field, value)),
        }
    }
    entries
}

fn typed(kind: &str, text: &str) -> Value {
    match kind {
        "f" => Value::Flag(text == "on"),
        "m" if text.is_empty() => Value::Many(Vec::new()),
        "m" => Value::Many(vec![text.to_owned()]),
        "a" if text.is_empty() => Value::Files(Vec::new()),
        "a" => Value::Files(vec![text.to_owned()]),
        _ if text.is_empty() => Value::None,
        // What is no number goes on as text: the check of the field says so.
        "n" => text.trim().parse().map_or_else(|_| Value::Text(text.to_owned()), Value::Number),
        _ => Value::Text(text.replace("\r\n", "\n")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn sent(list: &[(&str, &str)]) -> Event {
        match read(&pairs(list)) {
            Some(Sent::Event(event)) => event,
            other => panic!("expected an event, got {other:?}"),
        }
    }

    #[test]
    fn an_action_takes_the_fields_of_its_section_with_their_types() {
        let event = sent(&[
            ("v|form|t|name", "Ada\r\nL"),
            ("v|form|n|age", "36"),
            ("v|form|n|odd", "many"),
            ("v|form|f|on", "off"),
            ("v|form|f|on", "on"),
            ("v|form|m|tags", ""),
            ("v|form|m|tags", "a"),
            ("v|form|m|tags", "b"),
            ("v|form|t|empty", ""),
            ("v|form|a|papers", ""),
            ("v|form|a|papers", "one"),
            ("v|form|a|papers", "two"),
            ("v|other|t|name", "x"),
            ("do", "a|form|save|store"),
        ]);
        assert_eq!((event.verb.as_str(), event.source.as_str()), ("store", "save"));
        let value = |field: &str| event.values.iter().find(|entry| entry.field == field).map(|entry| &entry.value);
        assert_eq!(value("name"), Some(&Value::Text("Ada\nL".into())));
        assert_eq!(value("age"), Some(&Value::Number(36.0)));
        assert_eq!(value("odd"), Some(&Value::Text("many".into())));
        assert_eq!(value("on"), Some(&Value::Flag(true)));
        assert_eq!(value("tags"), Some(&Value::Many(vec!["a".into(), "b".into()])));
        assert_eq!(value("empty"), Some(&Value::None));
        assert_eq!(value("papers"), Some(&Value::Files(vec!["one".into(), "two".into()])));
        assert_eq!(event.values.len(), 7);
    }

    #[test]
    fn pages_sorting_and_lookups_are_events() {
        let event = sent(&[("do", "p|people|more|after|x")]);
        assert_eq!((event.source.as_str(), event.cursor.as_deref()), ("people", Some("after|x")));
        let event = sent(&[("do", "s|orders|total|true")]);
        assert_eq!((event.verb.as_str(), event.values.len()), ("sort", 2));
        let event = sent(&[("q|f|owner", "an"), ("do", "l|f|owner|find")]);
        assert_eq!(event.values, [Entry { field: "owner".into(), value: Value::Text("an".into()) }]);
    }

    #[test]
    fn a_part_that_was_deferred_is_asked_for_by_its_node() {
        let event = sent(&[("v|form|t|name", "Ada"), ("do", "d|slow|load|")]);
        assert_eq!((event.verb.as_str(), event.source.as_str(), event.values.len()), ("load", "slow", 0));
    }

    #[test]
    fn a_draft_is_told_as_it_was_and_no_longer_than_is_promised() {
        let ticket = annex_domain::ui::TicketPlace { ticket: "t".into(), requester: "c".into(), requester_email: None };
        let mut place = ComposerPlace { ticket, draft: "kept".into(), internal: true };
        write_down(&pairs(&[("do", "back")]), &mut place);
        assert_eq!((place.draft.as_str(), place.internal), ("kept", true));
        write_down(&pairs(&[("draft", "Dear\r\nAda"), ("note", "no")]), &mut place);
        assert_eq!((place.draft.as_str(), place.internal), ("Dear\nAda", false));
        write_down(&pairs(&[("draft", &"é".repeat(LONGEST_DRAFT)), ("note", "yes")]), &mut place);
        assert_eq!((place.draft.len(), place.internal), (LONGEST_DRAFT, true));
    }

    #[test]
    fn anything_else_is_nothing() {
        assert_eq!(read(&pairs(&[("do", "back")])), Some(Sent::Back));
        for odd in ["", "x|a|b|c", "a|b", "a|b|c"] {
            assert_eq!(read(&pairs(&[("do", odd)])), None, "{odd}");
        }
        assert_eq!(read(&[]), None);
    }
}
