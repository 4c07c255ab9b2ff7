//! Gives every part of a view its id: what the author named keeps its name, the rest is numbered by place, and a name
//! that comes twice gets a number. The result is the same each time for the same view, so that the host can compare.

use std::collections::BTreeSet;

use super::wire;

/// The host's longest id.
const LONGEST: usize = 64;

/// Assigns the ids of a whole view.
pub(super) fn assign(view: &mut wire::View) {
    let mut ids = Ids::default();
    for (at, section) in view.sections.iter_mut().enumerate() {
        ids.name(&mut section.id, &format!("s{}", at + 1));
        for (at, node) in section.nodes.iter_mut().enumerate() {
            ids.name(&mut node.id, &format!("{}.{}", section.id, at + 1));
        }
    }
    let nodes = view.sections.iter_mut().flat_map(|section| &mut section.nodes);
    for node in nodes {
        ids.block(&mut node.block, "");
    }
    if let Some(action) = view.banner.as_mut().and_then(|banner| banner.action.as_mut()) {
        ids.action(action, "");
    }
    for action in &mut view.footer {
        ids.action(action, "");
    }
}

/// Assigns the ids of a node on its own, for a patch: the node's id goes before those inside it.
pub(super) fn assign_node(node: &mut wire::Node) {
    let mut ids = Ids::default();
    ids.name(&mut node.id, "node");
    let prefix = node.id.clone();
    ids.block(&mut node.block, &prefix);
}

/// Assigns the ids of more items of a list, for a patch.
pub(super) fn assign_list(list: &mut wire::ItemList) {
    Ids::default().items(list);
}

/// Assigns the ids of more rows of a table, for a patch.
pub(super) fn assign_table(table: &mut wire::Table) {
    Ids::default().table(table);
}

#[derive(Default)]
struct Ids {
    used: BTreeSet<String>,
}

impl Ids {
    fn block(&mut self, block: &mut wire::Block, prefix: &str) {
        use wire::Block;
        match block {
            Block::Banner(banner) => self.actions(banner.action.iter_mut(), prefix),
            Block::Empty(empty) => self.actions(empty.action.iter_mut(), prefix),
            Block::Actions(actions) => self.actions(actions.iter_mut(), prefix),
            Block::Items(list) => self.items(list),
            Block::Table(table) => self.table(table),
            Block::TextInput(input) => self.field(&mut input.field),
            Block::NumberInput(input) => self.field(&mut input.field),
            Block::ChoiceInput(input) => self.field(&mut input.field),
            Block::Toggle(input) => self.field(&mut input.field),
            Block::DateInput(input) => self.field(&mut input.field),
            Block::FileInput(input) => self.field(&mut input.field),
            Block::Tabs(tabs) => {
                let mut own = Self::default();
                for tab in &mut tabs.tabs {
                    own.name(&mut tab.id, "tab");
                    for section in &mut tab.sections {
                        *section = clean(section);
                    }
                }
            }
            Block::Text(_)
            | Block::Pairs(_)
            | Block::Image(_)
            | Block::Badges(_)
            | Block::Progress(_)
            | Block::Steps(_)
            | Block::Divider
            | Block::Skeleton(_)
            | Block::Deferred(_)
            | Block::Markdown(_)
            | Block::Chart(_) => {}
        }
    }

    fn items(&mut self, list: &mut wire::ItemList) {
        self.name(&mut list.id, "list");
        let mut items = Self::default();
        for item in &mut list.items {
            items.name(&mut item.id, "item");
            self.actions(item.action.iter_mut(), &item.id);
        }
    }

    fn table(&mut self, table: &mut wire::Table) {
        self.name(&mut table.id, "table");
        let mut columns = Self::default();
        for column in &mut table.columns {
            columns.name(&mut column.id, "column");
        }
        let mut rows = Self::default();
        for row in &mut table.rows {
            rows.name(&mut row.id, "row");
            self.actions(row.actions.iter_mut(), &row.id);
        }
    }

    fn actions<'a>(&mut self, actions: impl Iterator<Item = &'a mut wire::Action>, prefix: &str) {
        for action in actions {
            self.action(action, prefix);
        }
    }

    fn action(&mut self, action: &mut wire::Action, prefix: &str) {
        let derived = is_derived(action);
        if derived && !prefix.is_empty() {
            action.id = format!("{prefix}.{}", action.id);
        }
        self.name(&mut action.id, "action");
    }

    fn field(&mut self, field: &mut wire::Field) {
        self.name(&mut field.id, "field");
    }

    /// Makes `id` valid and unique; `fallback` when there is none.
    fn name(&mut self, id: &mut String, fallback: &str) {
        let wanted = clean(if id.is_empty() { fallback } else { id });
        let mut name = wanted.clone();
        let mut number = 2;
        while self.used.contains(&name) {
            let suffix = format!(".{number}");
            name = format!("{}{suffix}", wanted.get(..LONGEST - suffix.len()).unwrap_or(&wanted));
            number += 1;
        }
        self.used.insert(name.clone());
        *id = name;
    }
}

/// True when the id is the one that [`Button`](super::Button) gave, not the author's.
fn is_derived(action: &wire::Action) -> bool {
    let given = match &action.intent {
        wire::Intent::Submit(verb) | wire::Intent::Invoke(verb) | wire::Intent::Push(verb) => verb,
        wire::Intent::OpenUrl(_) => "open",
        wire::Intent::Pop => "back",
        wire::Intent::Copy(_) => "copy",
        wire::Intent::InsertReply(_) => "insert-reply",
        wire::Intent::SetField(_) => "set-field",
        wire::Intent::RefreshRecord => "refresh-record",
    };
    action.id == given
}

/// Replaces what the host does not allow in an id, and cuts at its longest.
fn clean(id: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    id.chars().map(|c| if allowed(c) { c } else { '-' }).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Actions, Button, Item, List, Section, View};
    use super::*;

    fn action_ids(view: View) -> Vec<String> {
        let view = view.into_wire();
        let blocks = view.sections.into_iter().flat_map(|section| section.nodes).map(|node| node.block);
        let actions = blocks.flat_map(|block| match block {
            wire::Block::Actions(actions) => actions,
            wire::Block::Items(list) => list.items.into_iter().filter_map(|item| item.action).collect(),
            _ => vec![],
        });
        actions.map(|action| action.id).collect()
    }

    #[test]
    fn buttons_with_the_same_verb_get_different_ids() {
        let group = || Actions::new().button(Button::invoke("go", "Go")).button(Button::copy("x", "Copy"));
        let view = View::new("v").section(Section::new().block(group()).block(group()));
        assert_eq!(action_ids(view), ["go", "copy", "go.2", "copy.2"]);
    }

    #[test]
    fn buttons_of_items_carry_the_items_id() {
        let list = List::new("l", "l")
            .item(Item::new("7", "a").action(Button::push("show", "Show")))
            .item(Item::new("8", "b").action(Button::push("show", "Show").id("mine")));
        assert_eq!(action_ids(View::new("v").section(Section::new().block(list))), ["7.show", "mine"]);
    }

    #[test]
    fn ids_become_valid_and_stay_different() {
        let mut ids = Ids::default();
        let long = "é".repeat(80);
        let (mut first, mut second) = (long.clone(), long);
        ids.name(&mut first, "x");
        ids.name(&mut second, "x");
        assert_eq!((first.len(), second.len()), (64, 64));
        assert_ne!(first, second);
        assert!(first.bytes().all(|b| b == b'-'));
    }

    #[test]
    fn sections_and_nodes_are_numbered_by_place() {
        let view = View::new("v").section(Section::new().text("a").named("kept", super::super::Text::body("b")));
        let view = view.into_wire();
        assert_eq!(view.sections[0].id, "s1");
        let nodes: Vec<_> = view.sections[0].nodes.iter().map(|node| node.id.as_str()).collect();
        assert_eq!(nodes, ["s1.1", "kept"]);
    }
}
