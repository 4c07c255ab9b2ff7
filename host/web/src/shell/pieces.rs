//! The small things that all pages share, drawn in one way: icons, moments, badges of tickets.

use std::fmt;

use annex_domain::{
    attachment::MediaType,
    clock::Timestamp,
    ticket::{Priority, TicketStatus},
    ui::Tone,
};
use annex_store::tickets::COUNTED;

use super::Shell;
use crate::{assets, i18n::Moment};

impl Shell {
    /// An icon of the sprite.
    pub(crate) fn icon(&self, name: &str) -> Icon {
        Icon { sprite: assets::url("icons.svg"), name: name.to_owned(), large: false }
    }

    /// The same, for empty states.
    pub(crate) fn large_icon(&self, name: &str) -> Icon {
        Icon { large: true, ..self.icon(name) }
    }

    /// What stands for a file.
    pub(crate) fn file_icon(&self, kind: impl std::borrow::Borrow<MediaType>) -> Icon {
        self.icon(icon_of(*kind.borrow()))
    }

    /// A moment, as how long ago it was.
    pub(crate) fn when(&self, at: impl Moment) -> When {
        let at = at.timestamp();
        When { at, exact: self.t.exact(at), words: self.t.ago(at, self.now) }
    }

    /// A number of tickets: `1,000+` where more were not counted.
    pub(crate) fn counted(&self, count: &i64) -> String {
        let count = *count;
        if count > COUNTED { self.t.msg("count-above").arg("count", COUNTED).to_string() } else { self.t.number(count) }
    }

    /// The first letters of the first and last word of a name.
    pub(crate) fn initials(&self, name: &str) -> String {
        let mut words = name.split_whitespace();
        let first = words.next().and_then(|word| word.chars().next());
        let last = words.next_back().and_then(|word| word.chars().next());
        first.into_iter().chain(last).collect()
    }

    /// The status of a ticket.
    pub(crate) fn status(&self, status: impl std::borrow::Borrow<TicketStatus>) -> Badge {
        let status = *status.borrow();
        let (icon, tone) = match status {
            TicketStatus::Open => ("circle-dot", Tone::Info),
            TicketStatus::Pending => ("clock", Tone::Warning),
            TicketStatus::Solved => ("circle-check", Tone::Success),
            TicketStatus::Closed => ("lock", Tone::Neutral),
        };
        Badge { icon: self.icon(icon), tone, text: self.t.get(&format!("status-{status}")) }
    }

    /// The priority of a ticket.
    pub(crate) fn priority(&self, priority: impl std::borrow::Borrow<Priority>) -> Badge {
        let priority = *priority.borrow();
        let (icon, tone) = match priority {
            Priority::Low => ("arrow-down", Tone::Neutral),
            Priority::Normal => ("circle", Tone::Neutral),
            Priority::High => ("arrow-up", Tone::Warning),
            Priority::Urgent => ("flag", Tone::Critical),
        };
        Badge { icon: self.icon(icon), tone, text: self.t.get(&format!("priority-{priority}")) }
    }
}

/// The icon of files of a type.
fn icon_of(kind: MediaType) -> &'static str {
    use MediaType as Is;
    match kind {
        Is::Png | Is::Jpeg | Is::Gif | Is::Webp | Is::Heic | Is::Avif | Is::Tiff | Is::Svg => "image",
        Is::Text | Is::Rtf | Is::Pdf | Is::Word | Is::Excel | Is::Slides | Is::OldOffice => "file-text",
        Is::Html | Is::Xml => "code",
        Is::Zip | Is::Gzip | Is::Bzip2 | Is::Xz | Is::Zstandard | Is::SevenZip | Is::Rar => "archive",
        Is::Mp4 | Is::QuickTime | Is::Matroska | Is::Avi | Is::Mp3 | Is::M4a | Is::Wav | Is::Flac | Is::Ogg => "play",
        Is::WindowsProgram | Is::UnixProgram => "terminal",
        Is::Other => "file",
    }
}

/// An icon of the sprite, drawn for the eye only.
#[derive(Debug, Clone)]
pub(crate) struct Icon {
    sprite: String,
    name: String,
    large: bool,
}

// The address comes from the build and the name is checked below, so that the markup is safe.
impl askama::filters::HtmlSafe for Icon {}

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-')) {
            return Ok(());
        }
        let class = if self.large { "icon large" } else { "icon" };
        write!(f, r##"<svg class="{class}" aria-hidden="true"><use href="{}#{}"></use></svg>"##, self.sprite, self.name)
    }
}

/// A moment in words, with the exact one on hover.
#[derive(Debug, Clone)]
pub(crate) struct When {
    at: Timestamp,
    exact: String,
    words: String,
}

impl askama::filters::HtmlSafe for When {}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (exact, words) = (escape(&self.exact), escape(&self.words));
        write!(f, r#"<time datetime="{}" title="{exact}">{words}</time>"#, self.at)
    }
}

/// A word with an icon and a colour: one vocabulary everywhere.
#[derive(Debug, Clone)]
pub(crate) struct Badge {
    icon: Icon,
    tone: Tone,
    text: String,
}

impl askama::filters::HtmlSafe for Badge {}

impl fmt::Display for Badge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, r#"<span class="badge {}">{}{}</span>"#, self.tone.as_str(), self.icon, escape(&self.text))
    }
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
