//! Inputs of a [`Form`](super::Form). The host checks what was entered (required, length, range, pattern, choices)
//! before it calls the add-on.

use super::{MAX_CHOICES, TextKind, wire};

/// Bytes of a file.
const LARGEST_FILE: u64 = 26_214_400;

/// Any input; made from the types of this module with `into`.
#[derive(Debug, Clone, PartialEq)]
pub struct Input(pub(super) wire::Block);

macro_rules! inputs {
    ($($name:ident),+) => {$(
        impl From<$name> for Input {
            fn from(input: $name) -> Self {
                Self(wire::Block::$name(input.0))
            }
        }
        impl $name {
            /// A sentence below the field.
            pub fn hint(mut self, text: impl Into<String>) -> Self {
                self.0.field.hint = Some(text.into());
                self
            }

            /// Must be filled.
            pub fn required(mut self) -> Self {
                self.0.field.required = true;
                self
            }

            /// Cannot be changed.
            pub fn disabled(mut self) -> Self {
                self.0.field.disabled = true;
                self
            }

            /// What is wrong with the value.
            pub fn error(mut self, text: impl Into<String>) -> Self {
                self.0.field.error = Some(text.into());
                self
            }

            /// Calls `handle` with this verb when the value changes.
            pub fn on_change(mut self, verb: impl Into<String>) -> Self {
                self.0.field.on_change = Some(verb.into());
                self
            }
        }
    )+};
}
inputs!(TextInput, NumberInput, ChoiceInput, Toggle, DateInput, FileInput);

fn field(id: &str, label: impl Into<String>) -> wire::Field {
    wire::Field {
        id: id.to_owned(),
        label: label.into(),
        hint: None,
        required: false,
        disabled: false,
        error: None,
        on_change: None,
    }
}

/// A text.
///
/// ```
/// use annex_sdk::ui::TextInput;
///
/// let input = TextInput::line("sku", "Article").pattern("[A-Z]{3}-[0-9]+", "Like INK-7").placeholder("INK-7").max(20);
/// # let _ = input;
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "put it into a form"]
pub struct TextInput(wire::TextInput);

impl TextInput {
    /// Any kind of text; `id` is what [`Event::text`](super::Event::text) is asked for.
    pub fn new(kind: TextKind, id: &str, label: impl Into<String>) -> Self {
        Self(wire::TextInput {
            field: field(id, label),
            kind,
            value: None,
            placeholder: None,
            min_len: 0,
            max_len: if kind == TextKind::Area { 4000 } else { 200 },
            pattern: None,
        })
    }

    /// One line.
    pub fn line(id: &str, label: impl Into<String>) -> Self {
        Self::new(TextKind::Line, id, label)
    }

    /// Several lines.
    pub fn area(id: &str, label: impl Into<String>) -> Self {
        Self::new(TextKind::Area, id, label)
    }

    /// An e-mail address.
    pub fn email(id: &str, label: impl Into<String>) -> Self {
        Self::new(TextKind::Email, id, label)
    }

    /// What is there already. A secret has none.
    pub fn value(mut self, value: impl Into<String>) -> Self {
        if self.0.kind != TextKind::Secret {
            self.0.value = Some(value.into());
        }
        self
    }

    /// An example.
    pub fn placeholder(mut self, text: impl Into<String>) -> Self {
        self.0.placeholder = Some(text.into());
        self
    }

    /// Characters at least.
    pub fn min(mut self, characters: u32) -> Self {
        self.0.min_len = characters;
        self
    }

    /// Characters at most: 200 without it, 4,000 for several lines.
    pub fn max(mut self, characters: u32) -> Self {
        self.0.max_len = characters;
        self
    }

    /// A regular expression (linear-time engine) that matches the whole text, and what is said when it does not.
    pub fn pattern(mut self, expression: impl Into<String>, message: impl Into<String>) -> Self {
        self.0.pattern = Some(wire::Pattern { expression: expression.into(), message: message.into() });
        self
    }
}

/// A number.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "put it into a form"]
pub struct NumberInput(wire::NumberInput);

impl NumberInput {
    /// Any number.
    pub fn new(id: &str, label: impl Into<String>) -> Self {
        Self(wire::NumberInput { field: field(id, label), value: None, min: None, max: None, step: None })
    }

    /// What is there already.
    pub fn value(mut self, value: f64) -> Self {
        self.0.value = Some(value);
        self
    }

    /// From `min` to `max`.
    pub fn range(mut self, min: f64, max: f64) -> Self {
        self.0.min = Some(min);
        self.0.max = Some(max);
        self
    }

    /// In steps of this size.
    pub fn step(mut self, step: f64) -> Self {
        self.0.step = Some(step);
        self
    }
}

/// What can be chosen in a [`ChoiceInput`].
#[derive(Debug, Clone, PartialEq)]
#[must_use = "give it to a choice input"]
pub struct Choice(wire::Choice);

impl Choice {
    /// `value`: what is sent, unique in the field; `label`: what is read.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self(wire::Choice { value: value.into(), label: label.into(), hint: None, disabled: false })
    }

    /// More about it.
    pub fn hint(mut self, text: impl Into<String>) -> Self {
        self.0.hint = Some(text.into());
        self
    }

    /// Shown, and cannot be chosen.
    pub fn disabled(mut self) -> Self {
        self.0.disabled = true;
        self
    }
}

/// One or several of at most [`MAX_CHOICES`] choices.
///
/// ```
/// use annex_sdk::ui::{Choice, ChoiceInput};
///
/// let input = ChoiceInput::menu("size", "Size").choice("s", "Small").choice("l", "Large").selected("s");
/// let shipping = ChoiceInput::radios("shipping", "Shipping").choices([
///     Choice::new("post", "By post").hint("Three days"),
///     Choice::new("courier", "By courier").disabled(),
/// ]);
/// # let _ = (input, shipping);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "put it into a form"]
pub struct ChoiceInput(wire::ChoiceInput);

impl ChoiceInput {
    fn new(id: &str, label: impl Into<String>, style: wire::ChoiceStyle, multiple: bool) -> Self {
        let field = field(id, label);
        Self(wire::ChoiceInput { field, style, choices: vec![], selected: vec![], multiple, lookup: None })
    }

    /// One of a menu.
    pub fn menu(id: &str, label: impl Into<String>) -> Self {
        Self::new(id, label, wire::ChoiceStyle::Menu, false)
    }

    /// Several of a menu.
    pub fn multiple(id: &str, label: impl Into<String>) -> Self {
        Self::new(id, label, wire::ChoiceStyle::Menu, true)
    }

    /// One, all shown.
    pub fn radios(id: &str, label: impl Into<String>) -> Self {
        Self::new(id, label, wire::ChoiceStyle::Radios, false)
    }

    /// Several, all shown.
    pub fn checks(id: &str, label: impl Into<String>) -> Self {
        Self::new(id, label, wire::ChoiceStyle::Checks, true)
    }

    /// Adds a choice.
    pub fn choice(self, value: impl Into<String>, label: impl Into<String>) -> Self {
        self.choices([Choice::new(value, label)])
    }

    /// Adds choices.
    pub fn choices(mut self, choices: impl IntoIterator<Item = Choice>) -> Self {
        let room = MAX_CHOICES.saturating_sub(self.0.choices.len());
        self.0.choices.extend(choices.into_iter().take(room).map(|choice| choice.0));
        self
    }

    /// Selects a value; where there can be several, one more.
    pub fn selected(mut self, value: impl Into<String>) -> Self {
        if !self.0.multiple {
            self.0.selected.clear();
        }
        self.0.selected.push(value.into());
        self
    }

    /// Finds more choices by calling `handle` with this verb.
    pub fn lookup(mut self, verb: impl Into<String>) -> Self {
        self.0.lookup = Some(verb.into());
        self
    }
}

/// A switch.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "put it into a form"]
pub struct Toggle(wire::Toggle);

impl Toggle {
    /// On or off.
    pub fn new(id: &str, label: impl Into<String>, on: bool) -> Self {
        Self(wire::Toggle { field: field(id, label), on })
    }
}

/// A date, a time or both, as RFC 3339 parts (`2026-01-31`, `14:30`).
#[derive(Debug, Clone, PartialEq)]
#[must_use = "put it into a form"]
pub struct DateInput(wire::DateInput);

impl DateInput {
    fn new(id: &str, label: impl Into<String>, kind: wire::DateKind) -> Self {
        Self(wire::DateInput { field: field(id, label), kind, value: None, min: None, max: None })
    }

    /// A date.
    pub fn date(id: &str, label: impl Into<String>) -> Self {
        Self::new(id, label, wire::DateKind::Date)
    }

    /// A time of day.
    pub fn time(id: &str, label: impl Into<String>) -> Self {
        Self::new(id, label, wire::DateKind::Time)
    }

    /// A date and a time.
    pub fn datetime(id: &str, label: impl Into<String>) -> Self {
        Self::new(id, label, wire::DateKind::Datetime)
    }

    /// What is there already.
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.0.value = Some(value.into());
        self
    }

    /// Earliest and latest.
    pub fn range(mut self, min: impl Into<String>, max: impl Into<String>) -> Self {
        self.0.min = Some(min.into());
        self.0.max = Some(max.into());
        self
    }
}

/// Files, which are with the host before the event comes: [`Event::files`](super::Event::files).
///
/// ```
/// use annex_sdk::ui::FileInput;
///
/// let input = FileInput::new("receipt", "Receipt").types(["application/pdf", "image/*"]).largest(5_000_000);
/// # let _ = input;
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "put it into a form"]
pub struct FileInput(wire::FileInput);

impl FileInput {
    /// One file of any kind, at most 25 MiB.
    pub fn new(id: &str, label: impl Into<String>) -> Self {
        Self(wire::FileInput { field: field(id, label), most: 1, largest: LARGEST_FILE, types: vec![] })
    }

    /// How many, 1 to 10.
    pub fn most(mut self, files: u32) -> Self {
        self.0.most = files.clamp(1, 10);
        self
    }

    /// Bytes of each, at most 25 MiB.
    pub fn largest(mut self, bytes: u64) -> Self {
        self.0.largest = bytes.clamp(1, LARGEST_FILE);
        self
    }

    /// Only these, such as `image/*` or `application/pdf`.
    pub fn types<T: Into<String>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.0.types.extend(types.into_iter().map(Into::into));
        self
    }
}
