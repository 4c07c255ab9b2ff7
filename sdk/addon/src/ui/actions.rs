//! Buttons and groups of buttons.

use std::marker::PhantomData;

use super::{Block, MAX_BUTTONS, wire};

/// A button. What it does is said when it is made; how it looks follows from the group, unless it is
/// [`subtle`](Button::subtle) or [`destructive`](Button::destructive).
///
/// ```
/// use annex_sdk::ui::Button;
///
/// let button = Button::invoke("delete", "Delete order 7")
///     .destructive()
///     .confirm("Delete order 7?", "The customer gets no mail.", "Delete");
/// # let _ = button;
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "put it into `Actions`, a row, an item, a banner or the footer"]
pub struct Button(pub(super) wire::Action);

impl Button {
    fn new(id: &str, label: impl Into<String>, intent: wire::Intent) -> Self {
        Self(wire::Action {
            id: id.to_owned(),
            label: label.into(),
            intent,
            look: wire::Look::Secondary,
            icon: None,
            disabled_reason: None,
            busy_label: None,
            confirm: None,
            args: vec![],
        })
    }

    /// Calls `handle` with `verb`.
    pub fn invoke(verb: &str, label: impl Into<String>) -> Self {
        Self::new(verb, label, wire::Intent::Invoke(verb.to_owned()))
    }

    /// Calls `handle` with `verb`; the view in the reply is put above this one.
    pub fn push(verb: &str, label: impl Into<String>) -> Self {
        Self::new(verb, label, wire::Intent::Push(verb.to_owned()))
    }

    /// Back to the view below.
    pub fn back(label: impl Into<String>) -> Self {
        Self::new("back", label, wire::Intent::Pop)
    }

    /// Opens an https address in a new tab.
    pub fn open(url: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new("open", label, wire::Intent::OpenUrl(url.into()))
    }

    /// Copies a text.
    pub fn copy(text: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new("copy", label, wire::Intent::Copy(text.into()))
    }

    /// Puts a text into the reply box of the ticket, where the reader was typing.
    pub fn insert_reply(text: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new("insert-reply", label, wire::Intent::InsertReply(text.into()))
    }

    /// Fills a field of the view.
    pub fn set_field(field: &str, value: impl Into<String>, label: impl Into<String>) -> Self {
        let intent = wire::Intent::SetField(wire::FieldValue { field: field.to_owned(), value: value.into() });
        Self::new("set-field", label, intent)
    }

    /// Loads the ticket or contact again.
    pub fn refresh_record(label: impl Into<String>) -> Self {
        Self::new("refresh-record", label, wire::Intent::RefreshRecord)
    }

    pub(super) fn submit(verb: &str, label: impl Into<String>) -> Self {
        Self::new(verb, label, wire::Intent::Submit(verb.to_owned()))
    }

    /// Names the button: `event.source` tells buttons with the same verb apart. Without it, the verb and a number.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.0.id = id.into();
        self
    }

    /// Given to `handle` with the event, as it is here: which row it is about, say. Who looks can read it, and cannot change it. At
    /// most 10, together 2 KiB.
    ///
    /// ```
    /// use annex_sdk::ui::{Button, Event};
    ///
    /// let button = Button::invoke("refund", "Refund").arg("order", "7");
    /// # let _ = button;
    /// let event = Event::new("refund").with_arg("order", "7");
    /// assert_eq!(event.arg("order"), Some("7"));
    /// ```
    pub fn arg(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.args.push(wire::FieldValue { field: name.into(), value: value.into() });
        self
    }

    /// An icon of the host's set.
    pub fn icon(mut self, name: impl Into<String>) -> Self {
        self.0.icon = Some(name.into());
        self
    }

    /// Cannot be used, and why.
    pub fn disabled(mut self, reason: impl Into<String>) -> Self {
        self.0.disabled_reason = Some(reason.into());
        self
    }

    /// The label while the reply is awaited.
    pub fn busy(mut self, label: impl Into<String>) -> Self {
        self.0.busy_label = Some(label.into());
        self
    }

    /// Asks before: `title` names the object, `body` says what happens, `label` is the verb on the button.
    pub fn confirm(mut self, title: impl Into<String>, body: impl Into<String>, label: impl Into<String>) -> Self {
        self.0.confirm = Some(wire::Confirm { title: title.into(), body: body.into(), label: label.into() });
        self
    }

    /// Looks like a link.
    pub fn subtle(mut self) -> Self {
        self.0.look = wire::Look::Subtle;
        self
    }

    /// Looks dangerous.
    pub fn destructive(mut self) -> Self {
        self.0.look = wire::Look::Destructive;
        self
    }
}

/// Of [`Actions`]: has no primary button yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoPrimary;
/// Of [`Actions`]: has its primary button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HasPrimary;

/// A group of buttons with at most one primary button.
///
/// ```
/// use annex_sdk::ui::{Actions, Button};
///
/// let group = Actions::new().primary(Button::invoke("save", "Save")).button(Button::invoke("check", "Check"));
/// # let _ = group;
/// ```
///
/// ```compile_fail
/// use annex_sdk::ui::{Actions, Button};
///
/// // A second primary button does not compile.
/// Actions::new().primary(Button::invoke("a", "A")).primary(Button::invoke("b", "B"));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "put it into a section or the footer"]
pub struct Actions<P = NoPrimary> {
    pub(super) buttons: Vec<wire::Action>,
    primary: PhantomData<P>,
}

impl Actions<NoPrimary> {
    /// An empty group.
    pub fn new() -> Self {
        Self { buttons: vec![], primary: PhantomData }
    }

    /// Adds the one primary button.
    pub fn primary(mut self, button: Button) -> Actions<HasPrimary> {
        let mut action = button.0;
        action.look = wire::Look::Primary;
        // The primary button is never the one that is left out.
        self.buttons.truncate(MAX_BUTTONS - 1);
        self.buttons.push(action);
        Actions { buttons: self.buttons, primary: PhantomData }
    }
}

impl Default for Actions<NoPrimary> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P> Actions<P> {
    /// Adds a button, up to [`MAX_BUTTONS`].
    pub fn button(mut self, button: Button) -> Self {
        if self.buttons.len() < MAX_BUTTONS {
            self.buttons.push(button.0);
        }
        self
    }
}

impl<P> From<Actions<P>> for Block {
    fn from(actions: Actions<P>) -> Self {
        Self(wire::Block::Actions(actions.buttons))
    }
}
