//! Applies the patches of a reply to the view that is shown. The result is checked as a whole afterwards.

use super::{At, Check};
use crate::ui::{Block, ItemList, Node, Patch, Section, Table, View};

pub(super) fn apply(view: &mut View, patches: Vec<Patch>) -> Check {
    let root = At::root("reply");
    for (index, patch) in patches.into_iter().enumerate() {
        let at = root.index("patch", index);
        match patch {
            Patch::Put(node) => put(view, node),
            // Taking away what is gone already is not worth an error card.
            Patch::Remove(id) => view.sections.iter_mut().for_each(|section| section.nodes.retain(|n| n.id != id)),
            Patch::AppendItems(more) => append_items(view, more, &at.name("append-items"))?,
            Patch::AppendRows(more) => append_rows(view, more, &at.name("append-rows"))?,
        }
    }
    Ok(())
}

/// In the place of the node with that id, else at the end of the last section.
fn put(view: &mut View, node: Node) {
    if let Some(old) = nodes(view).find(|old| old.id == node.id) {
        *old = node;
    } else if let Some(section) = view.sections.last_mut() {
        section.nodes.push(node);
    } else {
        let id = "patched".to_owned();
        view.sections.push(Section { id, title: None, collapsed: None, is_form: false, nodes: vec![node] });
    }
}

fn append_items(view: &mut View, more: ItemList, at: &At<'_>) -> Check {
    let list = nodes(view).find_map(|node| match &mut node.block {
        Block::Items(list) if list.id == more.id => Some(list),
        _ => None,
    });
    let Some(list) = list else { return Err(at.breaks(format!("the view has no list `{}`", more.id))) };
    list.items.extend(more.items);
    list.page = more.page;
    Ok(())
}

fn append_rows(view: &mut View, more: Table, at: &At<'_>) -> Check {
    let table = nodes(view).find_map(|node| match &mut node.block {
        Block::Table(table) if table.id == more.id => Some(table),
        _ => None,
    });
    let Some(table) = table else { return Err(at.breaks(format!("the view has no table `{}`", more.id))) };
    table.rows.extend(more.rows);
    table.page = more.page;
    Ok(())
}

fn nodes(view: &mut View) -> impl Iterator<Item = &mut Node> {
    view.sections.iter_mut().flat_map(|section| &mut section.nodes)
}
