//! Blocks that show something: texts, banners, pairs, pictures, progress.

use super::{Button, MAX_PARTS, Tone, wire};

/// Anything that a [`Section`](super::Section) shows; made from the types of this module with `into`.
#[derive(Debug, Clone, PartialEq)]
pub struct Block(pub(super) wire::Block);

macro_rules! blocks {
    ($($name:ident)+) => {$(
        impl From<$name> for Block {
            fn from(block: $name) -> Self {
                Self(wire::Block::$name(block.0))
            }
        }
    )+};
}
blocks! { Text Banner Pairs Image Progress Steps Empty Skeleton }

/// A paragraph.
///
/// ```
/// use annex_sdk::ui::{Section, Text};
///
/// let section = Section::new().block(Text::heading("Orders")).block(Text::muted("The last 30 days"));
/// # let _ = section;
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Text(wire::Text);

impl Text {
    fn new(text: impl Into<String>, style: wire::TextStyle) -> Self {
        Self(wire::Text { text: text.into(), style })
    }

    /// A heading within a section.
    #[must_use]
    pub fn heading(text: impl Into<String>) -> Self {
        Self::new(text, wire::TextStyle::Heading)
    }

    /// A normal paragraph.
    #[must_use]
    pub fn body(text: impl Into<String>) -> Self {
        Self::new(text, wire::TextStyle::Body)
    }

    /// Less important.
    #[must_use]
    pub fn muted(text: impl Into<String>) -> Self {
        Self::new(text, wire::TextStyle::Muted)
    }

    /// Something went wrong.
    #[must_use]
    pub fn error(text: impl Into<String>) -> Self {
        Self::new(text, wire::TextStyle::Error)
    }

    /// Fixed width, line breaks kept.
    #[must_use]
    pub fn code(text: impl Into<String>) -> Self {
        Self::new(text, wire::TextStyle::Code)
    }
}

/// A message across the panel or a section.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "put it into a view or section"]
pub struct Banner(pub(super) wire::Banner);

impl Banner {
    /// A banner of any tone.
    pub fn new(tone: Tone, title: impl Into<String>) -> Self {
        Self(wire::Banner { tone, title: title.into(), body: None, action: None, dismissible: false })
    }

    /// To know.
    pub fn info(title: impl Into<String>) -> Self {
        Self::new(Tone::Info, title)
    }

    /// Went well.
    pub fn success(title: impl Into<String>) -> Self {
        Self::new(Tone::Success, title)
    }

    /// To look at.
    pub fn warning(title: impl Into<String>) -> Self {
        Self::new(Tone::Warning, title)
    }

    /// Went wrong.
    pub fn critical(title: impl Into<String>) -> Self {
        Self::new(Tone::Critical, title)
    }

    /// A sentence below the title.
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.0.body = Some(body.into());
        self
    }

    /// The way out.
    pub fn action(mut self, button: Button) -> Self {
        self.0.action = Some(button.0);
        self
    }

    /// Can be closed.
    pub fn dismissible(mut self) -> Self {
        self.0.dismissible = true;
        self
    }
}

/// A word with a tone.
#[derive(Debug, Clone, PartialEq)]
pub struct Badge(pub(super) wire::Badge);

impl Badge {
    /// A badge of any tone.
    #[must_use]
    pub fn new(tone: Tone, label: impl Into<String>) -> Self {
        Self(wire::Badge { label: label.into(), tone })
    }
}

impl FromIterator<Badge> for Block {
    fn from_iter<I: IntoIterator<Item = Badge>>(badges: I) -> Self {
        Self(wire::Block::Badges(badges.into_iter().take(MAX_PARTS).map(|badge| badge.0).collect()))
    }
}

/// A value of a table or of [`Pairs`].
#[derive(Debug, Clone, PartialEq)]
pub struct Cell(pub(super) wire::Cell);

impl Cell {
    /// A text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self(wire::Cell::Text(text.into()))
    }

    /// An https link.
    #[must_use]
    pub fn link(label: impl Into<String>, url: impl Into<String>) -> Self {
        Self(wire::Cell::Link(wire::Link { label: label.into(), url: url.into() }))
    }

    /// A badge.
    #[must_use]
    pub fn badge(badge: Badge) -> Self {
        Self(wire::Cell::Badge(badge.0))
    }

    /// A moment as RFC 3339, shown in the reader's language and zone.
    #[must_use]
    pub fn datetime(rfc3339: impl Into<String>) -> Self {
        Self(wire::Cell::Datetime(rfc3339.into()))
    }

    /// An amount in the currency's smallest unit; `currency` is an ISO 4217 code.
    #[must_use]
    pub fn money(minor: i64, currency: impl Into<String>) -> Self {
        Self(wire::Cell::Money(wire::Money { minor, currency: currency.into() }))
    }

    /// An operator by id; their name is shown.
    #[must_use]
    pub fn operator(id: impl Into<String>) -> Self {
        Self(wire::Cell::User(id.into()))
    }

    /// A text of which only the end is shown.
    #[must_use]
    pub fn masked(text: impl Into<String>) -> Self {
        Self(wire::Cell::Masked(text.into()))
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

/// Labels with values.
///
/// ```
/// use annex_sdk::ui::{Badge, Cell, Pairs, Tone};
///
/// let pairs = Pairs::new()
///     .text("Name", "Ada")
///     .copyable("Phone", "+44 20 7946 0000")
///     .cell("Plan", Cell::badge(Badge::new(Tone::Success, "Paid")));
/// # let _ = pairs;
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[must_use = "put it into a section"]
pub struct Pairs(Vec<wire::Pair>);

impl Pairs {
    /// No pairs yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A text.
    pub fn text(self, label: impl Into<String>, text: impl Into<String>) -> Self {
        self.cell(label, Cell::text(text))
    }

    /// A text, when there is one.
    pub fn text_if(self, label: impl Into<String>, text: Option<impl Into<String>>) -> Self {
        match text {
            Some(text) => self.text(label, text),
            None => self,
        }
    }

    /// A text with a copy button.
    pub fn copyable(self, label: impl Into<String>, text: impl Into<String>) -> Self {
        self.push(label, Cell::text(text), true)
    }

    /// Any value.
    pub fn cell(self, label: impl Into<String>, value: Cell) -> Self {
        self.push(label, value, false)
    }

    /// True when there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn push(mut self, label: impl Into<String>, value: Cell, copyable: bool) -> Self {
        if self.0.len() < MAX_PARTS {
            self.0.push(wire::Pair { label: label.into(), value: value.0, copyable });
        }
        self
    }
}

/// A picture on a host of the manifest, shown through the host's proxy.
#[derive(Debug, Clone, PartialEq)]
pub struct Image(pub(super) wire::Image);

impl Image {
    /// `url`: https; `alt`: what it shows, in words; `width` and `height` in pixels.
    #[must_use]
    pub fn new(url: impl Into<String>, alt: impl Into<String>, width: u32, height: u32) -> Self {
        Self(wire::Image { url: url.into(), alt: alt.into(), width, height })
    }
}

/// How far something is.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress(wire::Progress);

impl Progress {
    /// In percent, at most 100.
    #[must_use]
    pub fn percent(label: impl Into<String>, percent: u8) -> Self {
        Self(wire::Progress { label: label.into(), value: Some(percent.min(100)) })
    }

    /// Under way, nobody knows how long.
    #[must_use]
    pub fn unknown(label: impl Into<String>) -> Self {
        Self(wire::Progress { label: label.into(), value: None })
    }
}

/// Steps of a process, in order.
///
/// ```
/// use annex_sdk::ui::Steps;
///
/// let steps = Steps::new().done("Ordered").current("Packed").todo("Shipped");
/// # let _ = steps;
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[must_use = "put it into a section"]
pub struct Steps(Vec<wire::Step>);

impl Steps {
    /// No steps yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// To come.
    pub fn todo(self, label: impl Into<String>) -> Self {
        self.push(label, wire::StepState::Todo)
    }

    /// Under way.
    pub fn current(self, label: impl Into<String>) -> Self {
        self.push(label, wire::StepState::Current)
    }

    /// Over.
    pub fn done(self, label: impl Into<String>) -> Self {
        self.push(label, wire::StepState::Done)
    }

    /// Went wrong.
    pub fn failed(self, label: impl Into<String>) -> Self {
        self.push(label, wire::StepState::Failed)
    }

    fn push(mut self, label: impl Into<String>, state: wire::StepState) -> Self {
        if self.0.len() < MAX_PARTS {
            self.0.push(wire::Step { label: label.into(), state });
        }
        self
    }
}

/// Nothing to show, why, and what to do about it.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "put it into a section"]
pub struct Empty(wire::EmptyState);

impl Empty {
    /// What there is none of.
    pub fn new(title: impl Into<String>) -> Self {
        Self(wire::EmptyState { title: title.into(), body: None, action: None })
    }

    /// Why.
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.0.body = Some(body.into());
        self
    }

    /// The way out.
    pub fn action(mut self, button: Button) -> Self {
        self.0.action = Some(button.0);
        self
    }
}

/// Lines to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skeleton(u8);

impl Skeleton {
    /// That many lines, 1 to 20.
    #[must_use]
    pub fn lines(lines: u8) -> Self {
        Self(lines.clamp(1, 20))
    }
}

/// A line across.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Divider;

impl From<Divider> for Block {
    fn from(_: Divider) -> Self {
        Self(wire::Block::Divider)
    }
}
