//! The panel and its sections.

use std::time::Duration;

use serde::Serialize;

use super::{Actions, Banner, Block, Button, HasPrimary, Input, MIN_REFRESH, NoPrimary, Text, fit, ids, wire};
use crate::{Error, Result};

/// A panel: a title over at most 8 sections, with buttons below.
///
/// ```
/// use annex_sdk::prelude::*;
///
/// let view = View::new("Weather").section(Section::new().text("Sunny"));
/// # let _ = view;
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "return it from `render` or put it into a reply"]
pub struct View(pub(super) wire::View);

impl View {
    /// An empty panel.
    pub fn new(title: impl Into<String>) -> Self {
        Self(wire::View {
            title: title.into(),
            subtitle: None,
            banner: None,
            sections: vec![],
            footer: vec![],
            refresh_seconds: None,
            state: vec![],
        })
    }

    /// A line below the title.
    pub fn subtitle(mut self, text: impl Into<String>) -> Self {
        self.0.subtitle = Some(text.into());
        self
    }

    /// A message above everything.
    pub fn banner(mut self, banner: Banner) -> Self {
        self.0.banner = Some(banner.0);
        self
    }

    /// Adds a section or a form.
    pub fn section(mut self, section: impl Into<Section>) -> Self {
        self.0.sections.push(section.into().0);
        self
    }

    /// Adds sections.
    pub fn sections(mut self, sections: impl IntoIterator<Item = Section>) -> Self {
        self.0.sections.extend(sections.into_iter().map(|section| section.0));
        self
    }

    /// The buttons below everything.
    pub fn footer<P>(mut self, actions: Actions<P>) -> Self {
        self.0.footer = actions.buttons;
        self
    }

    /// Renders again after that time while the panel is visible; at least [`MIN_REFRESH`] seconds.
    pub fn refresh(mut self, every: Duration) -> Self {
        let seconds = u32::try_from(every.as_secs()).unwrap_or(u32::MAX);
        self.0.refresh_seconds = Some(seconds.max(MIN_REFRESH));
        self
    }

    /// A value that comes back with the next event ([`Event::state`](super::Event::state)), at most 16 KiB as JSON. The
    /// host seals it, so it comes back as it was; people can not read or change it.
    ///
    /// # Errors
    /// [`Error::Internal`] when the value has no JSON form.
    pub fn state<T: Serialize>(mut self, value: &T) -> Result<Self> {
        self.0.state = serde_json::to_vec(value).map_err(Error::from)?;
        Ok(self)
    }

    /// The view as the host gets it: with all ids, and texts that fit.
    pub(crate) fn into_wire(self) -> wire::View {
        let mut view = self.0;
        ids::assign(&mut view);
        fit::view(&mut view);
        view
    }
}

/// Blocks under an optional title; at most 40.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "put it into a view"]
pub struct Section(pub(super) wire::Section);

impl Section {
    /// An empty section.
    pub fn new() -> Self {
        let id = String::new();
        Self(wire::Section { id, title: None, collapsed: None, is_form: false, nodes: vec![] })
    }

    /// An empty section with a title.
    pub fn titled(title: impl Into<String>) -> Self {
        let mut section = Self::new();
        section.0.title = Some(title.into());
        section
    }

    /// Can be folded, and is.
    pub fn folded(mut self) -> Self {
        self.0.collapsed = Some(true);
        self
    }

    /// Can be folded, and is not.
    pub fn foldable(mut self) -> Self {
        self.0.collapsed = Some(false);
        self
    }

    /// Adds a block.
    pub fn block(self, block: impl Into<Block>) -> Self {
        self.named("", block)
    }

    /// Adds blocks.
    pub fn blocks<B: Into<Block>>(self, blocks: impl IntoIterator<Item = B>) -> Self {
        blocks.into_iter().fold(self, Section::block)
    }

    /// Adds a block with an id, to be replaced by [`Reply::put`](super::Reply::put).
    pub fn named(mut self, id: impl Into<String>, block: impl Into<Block>) -> Self {
        self.0.nodes.push(wire::Node { id: id.into(), block: block.into().0 });
        self
    }

    /// Adds a paragraph.
    pub fn text(self, text: impl Into<String>) -> Self {
        self.block(Text::body(text))
    }
}

impl Default for Section {
    fn default() -> Self {
        Self::new()
    }
}

/// A section whose inputs are sent together, with the button that sends them.
///
/// ```
/// use annex_sdk::prelude::*;
///
/// let form = Form::new("save", "Save").titled("Note").input(TextInput::area("note", "Note").required());
/// # let _ = form;
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "put it into a view"]
pub struct Form {
    section: Section,
    actions: Actions<HasPrimary>,
}

impl Form {
    /// `verb`: what `handle` gets; `label`: of the button.
    pub fn new(verb: &str, label: impl Into<String>) -> Self {
        let mut section = Section::new();
        section.0.is_form = true;
        Self { section, actions: Actions::<NoPrimary>::new().primary(Button::submit(verb, label)) }
    }

    /// A title above the form.
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.section.0.title = Some(title.into());
        self
    }

    /// Adds an input.
    pub fn input(mut self, input: impl Into<Input>) -> Self {
        self.section = self.section.block(Block(input.into().0));
        self
    }

    /// Adds a block between the inputs.
    pub fn block(mut self, block: impl Into<Block>) -> Self {
        self.section = self.section.block(block);
        self
    }

    /// Asks before it sends: `title` names the object, `body` says what happens, `label` is the verb on the button.
    pub fn confirm(mut self, title: impl Into<String>, body: impl Into<String>, label: impl Into<String>) -> Self {
        if let Some(submit) = self.actions.buttons.first_mut() {
            submit.confirm = Some(wire::Confirm { title: title.into(), body: body.into(), label: label.into() });
        }
        self
    }

    /// The label of the button that sends while the reply is awaited.
    pub fn busy(mut self, label: impl Into<String>) -> Self {
        if let Some(submit) = self.actions.buttons.first_mut() {
            submit.busy_label = Some(label.into());
        }
        self
    }

    /// Adds a button beside the one that sends.
    pub fn button(mut self, button: Button) -> Self {
        self.actions = self.actions.button(button);
        self
    }
}

impl From<Form> for Section {
    fn from(form: Form) -> Self {
        form.section.block(form.actions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_asks_before_its_own_button_sends_alone() {
        let form = Form::new("pay", "Pay").button(Button::invoke("check", "Check"));
        let form = form.confirm("Pay order 7?", "The card is charged.", "Pay 12.50 EUR").busy("Paying");
        let view = View::new("v").section(form).into_wire();
        let wire::Block::Actions(actions) = &view.sections[0].nodes[0].block else { panic!("actions") };
        let [pay, check] = actions.as_slice() else { panic!("two buttons") };
        assert_eq!(pay.confirm.as_ref().map(|confirm| confirm.label.as_str()), Some("Pay 12.50 EUR"));
        assert_eq!((pay.busy_label.as_deref(), &check.confirm), (Some("Paying"), &None));
    }
}
