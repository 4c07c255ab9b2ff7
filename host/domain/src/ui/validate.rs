//! Checks views, replies and events before anything of them is drawn or handed on. What a guest sends is data of a
//! stranger: every limit, id, link and text is looked at once, in one pass without allocation on the good path, and the
//! first broken rule is reported with the path of its node. Texts are cleaned in place: control and bidi characters go.
//!
//! [`check_event`] closes the circle: an operator can only send what the view that they were shown offers.

mod actions;
mod blocks;
mod events;
mod inputs;
mod patch;
mod path;
mod pattern;
mod rich;
#[cfg(test)]
mod tests;
mod text;
mod values;

use std::collections::HashSet;

pub use self::{
    events::{EventError, arguments, check_event},
    values::check_values,
};

use self::{actions::Submits, path::At};
use super::{Node, Patch, Reply, Section, Update, View};

/// The limits of a view. They bound what drawing it can cost; `host/docs/ui-limits.md` lists them for authors.
#[derive(Debug, Clone, Copy)]
pub struct Limits;

impl Limits {
    /// Bytes of all texts of a view, plus [`Limits::RECORD_BYTES`] for each part of it.
    pub const VIEW_BYTES: usize = 64 * 1024;
    /// What a block, cell, item, choice or button counts beside its texts.
    pub const RECORD_BYTES: usize = 16;
    /// What a pattern counts: it has to be compiled.
    pub const PATTERN_BYTES: usize = 1024;
    /// Bytes of the state that comes back with the next event.
    pub const STATE_BYTES: usize = 16 * 1024;
    /// Sections of a view.
    pub const SECTIONS: usize = 8;
    /// Nodes of a section.
    pub const NODES: usize = 40;
    /// Rows or items that a guest hands over at once.
    pub const ROWS: usize = 100;
    /// Rows or items of a list after patches have appended to it.
    pub const ROWS_APPENDED: usize = 1000;
    /// Columns of a table.
    pub const COLUMNS: usize = 8;
    /// Inline choices of a field; beyond, a lookup.
    pub const CHOICES: usize = 50;
    /// Buttons of a group.
    pub const ACTIONS: usize = 10;
    /// Pairs of a block, badges of a block, steps of a block, errors of a reply.
    pub const PARTS: usize = 50;
    /// Patches of a reply.
    pub const PATCHES: usize = 40;
    /// Seconds between two refreshes.
    pub const REFRESH_SECONDS: u32 = 15;
    /// Characters of a text field.
    pub const INPUT_CHARS: u32 = 16_000;
    /// Bytes of an id or verb.
    pub const ID_BYTES: usize = 64;
    /// Bytes of a URL.
    pub const URL_BYTES: usize = 2000;
    /// Bytes of a paging cursor.
    pub const CURSOR_BYTES: usize = 512;
    /// Arguments of an action, and their bytes together.
    pub const ARGS: usize = 10;
    /// Bytes of the arguments of an action.
    pub const ARGS_BYTES: usize = 2048;
    /// Deferred parts of a view.
    pub const DEFERRED: usize = 8;
    /// Points of a chart.
    pub const POINTS: usize = 100;
    /// Tabs of a view.
    pub const TABS: usize = 8;
    /// Files of a field.
    pub const FILES: u32 = 10;
    /// Bytes of a file.
    pub const FILE_BYTES: u64 = 25 << 20;
    /// Types of files of a field.
    pub const FILE_TYPES: usize = 20;
    /// Characters of a pattern.
    pub const PATTERN_CHARS: usize = 200;
    /// Width or height of a picture in pixels.
    pub const IMAGE_PIXELS: u32 = 2000;
    /// Characters of a one-line text: titles, labels, cells.
    pub const LINE_CHARS: usize = 300;
    /// Characters of a paragraph, and of a text to copy or insert.
    pub const TEXT_CHARS: usize = 8000;
}

/// Which node breaks which limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {rule}")]
pub struct UiError {
    /// Such as `sections[0].nodes[3].table`.
    pub path: String,
    /// The rule that it breaks.
    pub rule: String,
}

/// A view that passed [`validate_view`].
#[derive(Debug, Clone, PartialEq)]
pub struct ValidView(View);

impl ValidView {
    /// The view.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.0
    }

    /// The view.
    #[must_use]
    pub fn into_view(self) -> View {
        self.0
    }

    /// A view that was shown before, with what patches have appended since: for a host that kept it sealed.
    ///
    /// # Errors
    /// The first rule that is broken: the granted hosts may have changed meanwhile.
    pub fn shown_before(mut view: View, hosts: &[String]) -> Result<Self, UiError> {
        check_view(&mut view, hosts, Limits::ROWS_APPENDED)?;
        Ok(Self(view))
    }

    /// The view after the patches of a reply, checked again as a whole. The state stays.
    ///
    /// # Errors
    /// When a patch names a list that the view does not have, or when the result breaks a rule.
    pub fn patched(self, patches: Vec<Patch>, hosts: &[String]) -> Result<Self, UiError> {
        let mut view = self.0;
        patch::apply(&mut view, patches)?;
        check_view(&mut view, hosts, Limits::ROWS_APPENDED)?;
        Ok(Self(view))
    }
}

/// A reply that passed [`validate_reply`].
#[derive(Debug, Clone, PartialEq)]
pub struct ValidReply(Reply);

impl ValidReply {
    /// The reply.
    #[must_use]
    pub fn reply(&self) -> &Reply {
        &self.0
    }

    /// The reply.
    #[must_use]
    pub fn into_reply(self) -> Reply {
        self.0
    }
}

/// Checks a view and cleans its texts. `hosts`: the granted hosts, where pictures may come from.
///
/// # Errors
/// The first rule that is broken.
pub fn validate_view(mut view: View, hosts: &[String]) -> Result<ValidView, UiError> {
    check_view(&mut view, hosts, Limits::ROWS)?;
    Ok(ValidView(view))
}

/// Checks a reply and cleans its texts. Whether patches fit the view is only known when they are applied:
/// [`ValidView::patched`].
///
/// # Errors
/// The first rule that is broken.
pub fn validate_reply(mut reply: Reply, hosts: &[String]) -> Result<ValidReply, UiError> {
    let mut checker = Checker::new(hosts, Limits::ROWS);
    let root = At::root("reply");
    if let Some(toast) = &mut reply.toast {
        checker.label(&mut toast.message, &root.name("toast"))?;
    }
    match &mut reply.update {
        Update::Replace(view) => checker.view(view, &root.name("replace"))?,
        Update::Push(view) => checker.view(view, &root.name("push"))?,
        Update::Patch(patches) => checker.patches(patches, &root)?,
        Update::Invalid(errors) => {
            if errors.is_empty() || errors.len() > Limits::PARTS {
                return Err(root.name("invalid").breaks("name 1 to 50 fields"));
            }
            for (index, error) in errors.iter_mut().enumerate() {
                let at = root.index("invalid", index);
                text::well_formed(&error.field, &at.name("field"))?;
                checker.label(&mut error.message, &at.name("message"))?;
            }
        }
        Update::Pop | Update::Refresh | Update::None => {}
    }
    drop(checker);
    Ok(ValidReply(reply))
}

type Check = Result<(), UiError>;

fn check_view(view: &mut View, hosts: &[String], rows: usize) -> Check {
    Checker::new(hosts, rows).view(view, &At::root("view"))
}

/// What ids are unique in: a node and its field may share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Space {
    Section,
    Node,
    Field,
    Action,
    List,
    /// A section that a tab shows.
    Tabbed,
    Tab,
}

/// One pass over a view. `'v` is the view's: seen ids are borrowed from it.
struct Checker<'v, 'h> {
    hosts: &'h [String],
    rows: usize,
    bytes: usize,
    ids: HashSet<(Space, &'v str)>,
    /// Fields that a `set-field` names and that were not seen so far, with the path of its action: they may stand further down.
    wanted: Vec<(&'v str, String)>,
    /// The same of sections that tabs name.
    wanted_sections: Vec<(&'v str, String)>,
    /// The section that is looked at.
    section: &'v str,
    /// The section that has the tabs.
    tabs_in: Option<&'v str>,
    deferred: usize,
}

impl<'v, 'h> Checker<'v, 'h> {
    fn new(hosts: &'h [String], rows: usize) -> Self {
        Self {
            hosts,
            rows,
            bytes: 0,
            ids: HashSet::with_capacity(64),
            wanted: Vec::new(),
            wanted_sections: Vec::new(),
            section: "",
            tabs_in: None,
            deferred: 0,
        }
    }

    fn view(&mut self, view: &'v mut View, at: &At<'_>) -> Check {
        let View { title, subtitle, banner, sections, footer, refresh_seconds, state } = view;
        if state.len() > Limits::STATE_BYTES {
            return Err(at.name("state").breaks("at most 16 KiB"));
        }
        if refresh_seconds.is_some_and(|seconds| seconds < Limits::REFRESH_SECONDS) {
            return Err(at.name("refresh-seconds").breaks("at least 15"));
        }
        self.label(title, &at.name("title"))?;
        self.optional_line(subtitle, &at.name("subtitle"))?;
        if let Some(banner) = banner {
            self.banner(banner, &at.name("banner"))?;
        }
        if sections.len() > Limits::SECTIONS {
            return Err(at.name("sections").breaks("at most 8"));
        }
        let mut forms = 0;
        let mut submits = Submits::default();
        for (index, section) in sections.iter_mut().enumerate() {
            let mut own = Submits::allowed(section.is_form);
            let is_form = section.is_form;
            self.section(section, &mut own, &at.index("sections", index))?;
            if is_form {
                forms += 1;
                submits = own;
            }
        }
        if forms != 1 {
            submits = Submits::default();
        }
        self.group(footer, &mut submits, &at.name("footer"))?;
        self.tabs_fit()?;
        match self.wanted.iter().find(|(field, _)| !self.ids.contains(&(Space::Field, *field))) {
            Some((_, path)) => Err(UiError { path: path.clone(), rule: "the view has no such field".into() }),
            None => Ok(()),
        }
    }

    fn section(&mut self, section: &'v mut Section, submits: &mut Submits, at: &At<'_>) -> Check {
        let Section { id, title, nodes, .. } = section;
        let id: &'v str = id;
        self.section = id;
        self.unique(Space::Section, id, &at.name("id"))?;
        self.optional_line(title, &at.name("title"))?;
        if nodes.len() > Limits::NODES {
            return Err(at.name("nodes").breaks("at most 40 in a section"));
        }
        for (index, node) in nodes.iter_mut().enumerate() {
            self.node(node, submits, &at.index("nodes", index))?;
        }
        Ok(())
    }

    fn node(&mut self, node: &'v mut Node, submits: &mut Submits, at: &At<'_>) -> Check {
        let Node { id, block } = node;
        self.unique(Space::Node, id, &at.name("id"))?;
        self.block(block, submits, at)
    }

    fn patches(&mut self, patches: &'v mut [Patch], root: &At<'_>) -> Check {
        if patches.len() > Limits::PATCHES {
            return Err(root.name("patch").breaks("at most 40"));
        }
        for (index, patch) in patches.iter_mut().enumerate() {
            let at = root.index("patch", index);
            match patch {
                Patch::Put(node) => self.node(node, &mut Submits::allowed(true), &at.name("put"))?,
                Patch::Remove(id) => text::well_formed(id, &at.name("remove"))?,
                Patch::AppendItems(list) => self.items(list, &at.name("append-items"))?,
                Patch::AppendRows(table) => self.table(table, &at.name("append-rows"))?,
            }
        }
        Ok(())
    }

    /// Counts `count` parts beside their texts.
    fn parts(&mut self, count: usize, at: &At<'_>) -> Check {
        self.spend(count.saturating_mul(Limits::RECORD_BYTES), at)
    }

    fn spend(&mut self, bytes: usize, at: &At<'_>) -> Check {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > Limits::VIEW_BYTES {
            return Err(at.breaks("the view is over 64 KiB here; show less, or page"));
        }
        Ok(())
    }

    fn unique(&mut self, space: Space, id: &'v str, at: &At<'_>) -> Check {
        text::well_formed(id, at)?;
        self.spend(id.len(), at)?;
        if !self.ids.insert((space, id)) {
            return Err(at.breaks(format!("`{id}` is there twice; ids are unique in the view")));
        }
        Ok(())
    }
}
