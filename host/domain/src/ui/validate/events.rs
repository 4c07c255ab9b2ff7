//! Events: an operator can only send what the view that they were shown offers. Nobody else's buttons, disabled ones, or
//! verbs that were made up reach a guest.

use super::{
    Limits,
    values::{check_entries, check_values, fields, input},
};
use crate::{
    settings::FieldError,
    ui::{Action, Block, Entry, Event, FieldValue, Intent, Node, Page, Section, Value, View},
};

/// The verb that a click on the head of a sortable column sends; `values` are `column` (text) and `descending` (flag).
const SORT: &str = "sort";

/// Why an event is not handed to the guest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// The view does not offer it: it has changed meanwhile, or the request was made up.
    #[error("the view offers no `{verb}` at `{source_id}`; load it again")]
    NotOffered {
        /// The verb of the event.
        verb: String,
        /// The action, field or list of the event.
        source_id: String,
    },
    /// Fields to correct.
    #[error("{} fields are wrong", .0.len())]
    Fields(Vec<FieldError>),
}

/// Checks that `view` offers what `event` asks for, and its values.
///
/// # Errors
/// When the view has no such action, field or list, when it is disabled, or when values are wrong.
pub fn check_event(view: &View, event: &Event) -> Result<(), EventError> {
    let offer = find_offer(view, event)
        .ok_or_else(|| EventError::NotOffered { verb: event.verb.clone(), source_id: event.source.clone() })?;
    match offer {
        Offer::Form(section) => check_values(view, section, &event.values),
        Offer::Lookup => check_query(event),
        // Half a form: what is there must fit, what is missing does not matter yet.
        Offer::Part => check_entries(&fields(view.sections.iter()), &event.values, false),
        // The values are the column and the direction, checked when the offer was found.
        Offer::Sort => Ok(()),
    }
    .map_err(EventError::Fields)
}

/// What `view` gives along with an event that it offers: nobody but the add-on says what it is.
#[must_use]
pub fn arguments<'v>(view: &'v View, event: &Event) -> &'v [FieldValue] {
    let nodes = || view.sections.iter().flat_map(|section| &section.nodes);
    let banner = view.banner.iter().filter_map(|banner| banner.action.as_ref());
    let mut actions = view.footer.iter().chain(banner).chain(nodes().flat_map(|node| buttons(&node.block)));
    if let Some(action) = actions.find(|action| action.id == event.source && verb(action) == Some(&event.verb)) {
        return &action.args;
    }
    let later = nodes().find_map(|node| match &node.block {
        Block::Deferred(later) if node.id == event.source && later.verb == event.verb => Some(later),
        _ => None,
    });
    match later {
        Some(later) => &later.args,
        None => &[],
    }
}

/// With which an action calls the add-on.
fn verb(action: &Action) -> Option<&String> {
    match &action.intent {
        Intent::Submit(verb) | Intent::Invoke(verb) | Intent::Push(verb) => Some(verb),
        _ => None,
    }
}

enum Offer<'v> {
    Form(&'v str),
    Part,
    Lookup,
    Sort,
}

fn find_offer<'v>(view: &'v View, event: &Event) -> Option<Offer<'v>> {
    let only_form = {
        let mut forms = view.sections.iter().filter(|section| section.is_form);
        forms.next().filter(|_| forms.next().is_none())
    };
    let banner = view.banner.iter().filter_map(|banner| banner.action.as_ref());
    if let Some(action) = view.footer.iter().chain(banner).find(|action| action.id == event.source) {
        return action_offer(action, event, only_form);
    }
    view.sections.iter().find_map(|section| {
        section.nodes.iter().find_map(|node| {
            let form = section.is_form.then_some(section);
            block_offer(node, event, form)
        })
    })
}

fn action_offer<'v>(action: &Action, event: &Event, form: Option<&'v Section>) -> Option<Offer<'v>> {
    if action.disabled_reason.is_some() || action.id != event.source {
        return None;
    }
    match &action.intent {
        Intent::Submit(verb) if *verb == event.verb => form.map(|section| Offer::Form(&section.id)),
        Intent::Invoke(verb) | Intent::Push(verb) if *verb == event.verb => Some(Offer::Part),
        _ => None,
    }
}

fn block_offer<'v>(node: &'v Node, event: &Event, form: Option<&'v Section>) -> Option<Offer<'v>> {
    match &node.block {
        Block::Items(list) if list.id == event.source => page_offer(list.page.as_ref(), event),
        Block::Table(table) if table.id == event.source => {
            let sorts = event.verb == SORT && is_sort(&event.values, table);
            if sorts { Some(Offer::Sort) } else { page_offer(table.page.as_ref(), event) }
        }
        Block::Deferred(later) => {
            let asked = node.id == event.source && later.verb == event.verb && event.values.is_empty();
            asked.then_some(Offer::Part)
        }
        block => {
            let action = buttons(block).find(|action| action.id == event.source);
            action.map_or_else(|| field_offer(block, event), |action| action_offer(action, event, form))
        }
    }
}

/// The actions of a block.
fn buttons(block: &Block) -> Box<dyn Iterator<Item = &Action> + '_> {
    match block {
        Block::Actions(actions) => Box::new(actions.iter()),
        Block::Banner(banner) => Box::new(banner.action.iter()),
        Block::Empty(empty) => Box::new(empty.action.iter()),
        Block::Items(list) => Box::new(list.items.iter().filter_map(|item| item.action.as_ref())),
        Block::Table(table) => Box::new(table.rows.iter().flat_map(|row| &row.actions)),
        _ => Box::new(std::iter::empty()),
    }
}

fn is_sort(values: &[Entry], table: &crate::ui::Table) -> bool {
    let column = values.iter().find(|entry| entry.field == "column").map(|entry| &entry.value);
    let direction = values.iter().all(|entry| match entry.field.as_str() {
        "column" => true,
        "descending" => matches!(entry.value, Value::Flag(_)),
        _ => false,
    });
    direction && table.columns.iter().any(|known| known.sortable && column == Some(&Value::Text(known.id.clone())))
}

fn page_offer(page: Option<&Page>, event: &Event) -> Option<Offer<'static>> {
    let page = page.filter(|page| page.verb == event.verb)?;
    let known = [&page.next, &page.prev].into_iter().any(|cursor| cursor.is_some() && *cursor == event.cursor);
    known.then_some(Offer::Part)
}

fn field_offer(block: &Block, event: &Event) -> Option<Offer<'static>> {
    let (field, lookup) = input(block)?.parts();
    if field.id != event.source || field.disabled {
        return None;
    }
    if lookup == Some(&event.verb) {
        return Some(Offer::Lookup);
    }
    (field.on_change.as_ref() == Some(&event.verb)).then_some(Offer::Part)
}

/// What was typed to find more choices comes as the text of that one field, whatever the field holds.
fn check_query(event: &Event) -> Result<(), Vec<FieldError>> {
    let wrong = |entry: &&Entry| {
        let text = matches!(&entry.value, Value::Text(text) if text.chars().count() <= Limits::LINE_CHARS);
        entry.field != event.source || !(text || entry.value == Value::None)
    };
    match event.values.iter().find(wrong) {
        Some(entry) => Err(vec![FieldError::new(&entry.field, "too-long", "search for a shorter text")]),
        None => Ok(()),
    }
}
