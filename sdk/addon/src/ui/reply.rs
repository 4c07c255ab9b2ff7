//! The answer to an event.

use super::{Block, List, Table, Tone, View, fit, ids, wire};

/// A short confirmation.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "put it into a reply"]
pub struct Toast(wire::Toast);

impl Toast {
    /// A toast of any tone.
    pub fn new(tone: Tone, message: impl Into<String>) -> Self {
        let mut message = message.into();
        fit::line(&mut message);
        Self(wire::Toast { tone, message })
    }

    /// Went well.
    pub fn success(message: impl Into<String>) -> Self {
        Self::new(Tone::Success, message)
    }

    /// Went wrong. Where the reader can do something about it, use a banner or a field's error instead.
    pub fn critical(message: impl Into<String>) -> Self {
        Self::new(Tone::Critical, message)
    }
}

/// The answer to an event: what becomes of the view, and a toast.
///
/// ```
/// use annex_sdk::prelude::*;
///
/// let done = Reply::replace(View::new("Saved")).toast(Toast::success("Saved"));
/// let wrong = Reply::invalid([("email", "This address is taken")]);
/// let part = Reply::put("counter", Text::body("3")).remove("hint");
/// # let _ = (done, wrong, part);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "return it from `handle`"]
pub struct Reply(wire::Reply);

impl Reply {
    fn new(update: wire::Update) -> Self {
        Self(wire::Reply { update, toast: None })
    }

    /// Another view.
    pub fn replace(view: View) -> Self {
        Self::new(wire::Update::Replace(view.into_wire()))
    }

    /// A view above this one.
    pub fn push(view: View) -> Self {
        Self::new(wire::Update::Push(view.into_wire()))
    }

    /// Back to the view below, as it was.
    pub fn pop() -> Self {
        Self::new(wire::Update::Pop)
    }

    /// Back to the first view, which is rendered again: what it shows was changed above it.
    pub fn refresh() -> Self {
        Self::new(wire::Update::Refresh)
    }

    /// The view stays as it is.
    pub fn stay() -> Self {
        Self::new(wire::Update::None)
    }

    /// Fields and what is wrong with them; what was entered stays.
    pub fn invalid<F: Into<String>, M: Into<String>>(errors: impl IntoIterator<Item = (F, M)>) -> Self {
        let errors = errors
            .into_iter()
            .map(|(field, message)| wire::FieldError { field: field.into(), message: message.into() });
        Self::new(wire::Update::Invalid(errors.collect()))
    }

    /// Replaces the block with this id ([`Section::named`](super::Section::named)).
    pub fn put(id: impl Into<String>, block: impl Into<Block>) -> Self {
        Self::new(wire::Update::Patch(vec![])).and_put(id, block)
    }

    /// Puts more items at the end of the list with this list's id.
    pub fn append_items(mut list: List) -> Self {
        ids::assign_list(&mut list.0);
        fit::list(&mut list.0);
        Self::new(wire::Update::Patch(vec![wire::Patch::AppendItems(list.0)]))
    }

    /// Puts more rows at the end of the table with this table's id.
    pub fn append_rows<const N: usize>(mut table: Table<N>) -> Self {
        ids::assign_table(&mut table.0);
        fit::table(&mut table.0);
        Self::new(wire::Update::Patch(vec![wire::Patch::AppendRows(table.0)]))
    }

    /// Replaces one more block. Starts a patch when this reply was something else.
    pub fn and_put(self, id: impl Into<String>, block: impl Into<Block>) -> Self {
        let mut node = wire::Node { id: id.into(), block: block.into().0 };
        ids::assign_node(&mut node);
        fit::block(&mut node.block);
        self.patch(wire::Patch::Put(node))
    }

    /// Takes the block with this id away. Starts a patch when this reply was something else.
    pub fn remove(self, id: impl Into<String>) -> Self {
        self.patch(wire::Patch::Remove(id.into()))
    }

    /// Says something aside.
    pub fn toast(mut self, toast: Toast) -> Self {
        self.0.toast = Some(toast.0);
        self
    }

    fn patch(mut self, patch: wire::Patch) -> Self {
        if let wire::Update::Patch(patches) = &mut self.0.update {
            patches.push(patch);
        } else {
            self.0.update = wire::Update::Patch(vec![patch]);
        }
        self
    }

    pub(crate) fn into_wire(self) -> wire::Reply {
        self.0
    }
}
