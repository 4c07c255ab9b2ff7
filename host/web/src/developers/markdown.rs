//! Draws a page from its Markdown. Headings get anchors, links to other files become links to pages, and a section that is
//! called like an event ends with the example of that event, made of the type that is posted. Comments and what examples of Rust
//! only need to be compiled are left out; all other markup in the Markdown stays text.

use std::fmt;

use annex_domain::publisher_event::PublisherEvent;
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html::push_html};

/// A page as it is drawn.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    /// Its first heading.
    pub(super) title: String,
    /// Its first paragraph, without markup.
    pub(super) lead: String,
    /// Itself under its title first.
    pub(super) sections: Vec<Section>,
    pub(super) pieces: Vec<Piece>,
}

impl Drawn {
    /// What is listed on the page itself.
    pub(super) fn contents(&self) -> Vec<&Section> {
        self.sections.iter().filter(|section| section.level == HeadingLevel::H2).collect()
    }
}

/// A heading, and what stands under it up to the next one.
#[derive(Debug)]
pub(super) struct Section {
    /// Its anchor; empty for the title.
    pub(super) id: String,
    pub(super) level: HeadingLevel,
    pub(super) heading: String,
    /// Without code blocks.
    pub(super) text: String,
    /// Of its code blocks.
    pub(super) code: String,
}

/// Text, and the code block that follows it.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) html: Markup,
    pub(super) code: Option<Code>,
}

/// A code block.
#[derive(Debug)]
pub(super) struct Code {
    pub(super) id: String,
    /// As the fence names it.
    pub(super) language: String,
    pub(super) text: String,
}

/// What was drawn of Markdown that is built in.
#[derive(Debug)]
pub(super) struct Markup(String);

// Whatever looks like markup in the Markdown was escaped.
impl askama::filters::HtmlSafe for Markup {}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Draws a page.
pub(super) fn draw(markdown: &str) -> Drawn {
    let mut events = Parser::new_ext(markdown, Options::ENABLE_TABLES).filter_map(as_shown);
    let mut drawer = Drawer::default();
    while let Some(event) = events.next() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                let inner = until(&mut events, TagEnd::Heading(level));
                drawer.heading(level, inner);
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                let inner = until(&mut events, TagEnd::CodeBlock);
                let info = match &kind {
                    CodeBlockKind::Fenced(info) => &**info,
                    CodeBlockKind::Indented => "",
                };
                let language = info.split(',').next().unwrap_or_default();
                drawer.code(language, readable(language, &text_of(&inner)));
            }
            event => drawer.other(event),
        }
    }
    drawer.end_section();
    drawer.flush(None);
    drawer.drawn
}

#[derive(Default)]
struct Drawer<'m> {
    drawn: Drawn,
    /// Since the last code block.
    waiting: Vec<Event<'m>>,
}

impl<'m> Drawer<'m> {
    fn heading(&mut self, level: HeadingLevel, inner: Vec<Event<'m>>) {
        self.end_section();
        let heading = text_of(&inner);
        let mut section = Section { id: String::new(), level, heading, text: String::new(), code: String::new() };
        if level == HeadingLevel::H1 {
            self.drawn.title.clone_from(&section.heading);
        } else {
            section.id = anchor(&section.heading);
            let id = Some(section.id.clone().into());
            let link = Tag::Link {
                link_type: LinkType::Inline,
                dest_url: format!("#{}", section.id).into(),
                title: "".into(),
                id: "".into(),
            };
            let starts = [Tag::Heading { level, id, classes: Vec::new(), attrs: Vec::new() }, link];
            self.waiting.extend(starts.map(Event::Start));
            self.waiting.extend(inner);
            self.waiting.extend([TagEnd::Link, TagEnd::Heading(level)].map(Event::End));
        }
        self.drawn.sections.push(section);
    }

    fn code(&mut self, language: &str, text: String) {
        if let Some(section) = self.drawn.sections.last_mut() {
            section.code.push_str(&text);
            section.code.push('\n');
        }
        let id = format!("code-{}", self.drawn.pieces.len());
        self.flush(Some(Code { id, language: language.to_owned(), text }));
    }

    /// Adds the example to a section about an event.
    fn end_section(&mut self) {
        if let Some(example) = self.drawn.sections.last().and_then(|section| example(&section.heading)) {
            self.code("json", example);
        }
    }

    fn other(&mut self, event: Event<'m>) {
        match &event {
            Event::Text(text) | Event::Code(text) => self.say(text),
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell) => {
                self.say(" ")
            }
            _ => {}
        }
        if self.drawn.lead.is_empty() && event == Event::End(TagEnd::Paragraph) {
            let so_far = self.drawn.sections.last().map(|section| section.text.trim());
            self.drawn.lead = so_far.unwrap_or_default().to_owned();
        }
        self.waiting.push(event);
    }

    /// Adds to the text of the section.
    fn say(&mut self, text: &str) {
        if let Some(section) = self.drawn.sections.last_mut() {
            section.text.push_str(text);
        }
    }

    /// Draws what waits, before `code`.
    fn flush(&mut self, code: Option<Code>) {
        let mut markup = String::new();
        push_html(&mut markup, self.waiting.drain(..));
        self.drawn.pieces.push(Piece { html: Markup(markup), code });
    }
}

/// Links lead to pages, pictures come from this host, and markup is text. None for a comment.
fn as_shown(event: Event<'_>) -> Option<Event<'_>> {
    match event {
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            Some(Event::Start(Tag::Link { link_type, dest_url: address(&dest_url).into(), title, id }))
        }
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            Some(Event::Start(Tag::Image { link_type, dest_url: format!("/developers/{dest_url}").into(), title, id }))
        }
        Event::Html(text) | Event::InlineHtml(text) => (!is_comment(&text)).then_some(Event::Text(text)),
        event => Some(event),
    }
}

fn is_comment(markup: &str) -> bool {
    let markup = markup.trim();
    markup.starts_with("<!--") && markup.ends_with("-->")
}

/// Code as people read it: rustdoc leaves out the same lines.
fn readable(language: &str, code: &str) -> String {
    let is_hidden = |line: &str| language == "rust" && (line == "#" || line.starts_with("# "));
    code.lines().filter(|line| !is_hidden(line)).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

fn until<'m>(events: &mut impl Iterator<Item = Event<'m>>, end: TagEnd) -> Vec<Event<'m>> {
    events.take_while(|event| *event != Event::End(end)).collect()
}

fn text_of(events: &[Event<'_>]) -> String {
    let text = |event: &Event<'_>| match event {
        Event::Text(text) | Event::Code(text) => Some(text.to_string()),
        _ => None,
    };
    events.iter().filter_map(text).collect()
}

/// The anchor of a heading, as those who show Markdown make it: lower case, `-` for spaces, without punctuation.
fn anchor(heading: &str) -> String {
    let letter = |c: char| match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        _ => c.is_ascii_alphanumeric().then(|| c.to_ascii_lowercase()),
    };
    heading.chars().filter_map(letter).collect()
}

/// Where a link leads: to a page, where it names its file, in whatever folder.
fn address(written: &str) -> String {
    match written.split_once(".md") {
        Some((file, rest)) if !file.contains("://") => {
            let slug = file.rsplit('/').next().unwrap_or_default();
            format!("/developers/{slug}{rest}")
        }
        _ => written.to_owned(),
    }
}

/// The event of that kind as it is posted; none where there is no such kind.
fn example(kind: &str) -> Option<String> {
    let example = PublisherEvent::examples().into_iter().find(|event| event.kind.as_str() == kind)?;
    serde_json::to_string_pretty(&example).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(drawn: &Drawn) -> String {
        drawn.pieces.iter().map(|piece| piece.html.to_string()).collect()
    }

    #[test]
    fn headings_have_anchors_and_files_become_pages() {
        let drawn = draw(
            "# Title\nThe `lead`.\n## `app.installed` now\nSee [it](events.md#order), [out](https://a.example/x.md).",
        );
        assert_eq!((drawn.title.as_str(), drawn.lead.as_str()), ("Title", "The lead."));
        let html = html(&drawn);
        assert!(
            html.contains(
                "<h2 id=\"appinstalled-now\"><a href=\"#appinstalled-now\"><code>app.installed</code> now</a></h2>"
            ),
            "{html}"
        );
        assert!(
            html.contains("href=\"/developers/events#order\"") && html.contains("href=\"https://a.example/x.md\""),
            "{html}"
        );
        assert!(!html.contains("Title"), "the frame shows it");
        assert_eq!(drawn.contents()[0].text.trim(), "See it, out.");
    }

    #[test]
    fn code_is_kept_apart_and_events_have_their_examples() {
        let drawn = draw("# T\nOne.\n```python\nprint('<b>')\n```\nTwo.\n### app.suspended\nThree.\n### Else\n");
        let codes: Vec<_> = drawn.pieces.iter().filter_map(|piece| piece.code.as_ref()).collect();
        assert_eq!((codes[0].language.as_str(), codes[0].text.as_str()), ("python", "print('<b>')"));
        assert!(codes[1].language == "json" && codes[1].text.contains("\"type\": \"app.suspended\""), "{:?}", codes[1]);
        assert_ne!(codes[0].id, codes[1].id);
        assert!(!html(&drawn).contains("print"));
    }

    #[test]
    fn examples_of_rust_are_shown_as_people_read_them() {
        let drawn =
            draw("# T\nOne.\n```rust,no_run\n# use a::b;\n#\n#[test]\nfn c() {}\n# }\n```\n```toml\n# kept\n```\n");
        let codes: Vec<_> = drawn.pieces.iter().filter_map(|piece| piece.code.as_ref()).collect();
        assert_eq!((codes[0].language.as_str(), codes[0].text.as_str()), ("rust", "#[test]\nfn c() {}"));
        assert_eq!(codes[1].text, "# kept");
        assert!(drawn.sections[0].code.contains("fn c()") && !drawn.sections[0].text.contains("fn c()"));
    }

    #[test]
    fn comments_are_left_out_and_pictures_come_from_the_host() {
        let markdown = "# T\n<!-- made: a -->\n| a |\n|---|\n| b |\n\n<!-- end -->\n![A *c*](pictures/c.png)\n\
                        [d](../../host/docs/developers/events.md#order)";
        let html = html(&draw(markdown));
        assert!(!html.contains("made") && !html.contains("end --") && html.contains("<td>b</td>"), "{html}");
        assert!(html.contains("<img src=\"/developers/pictures/c.png\" alt=\"A c\""), "{html}");
        assert!(html.contains("href=\"/developers/events#order\""), "{html}");
    }

    #[test]
    fn markup_stays_text() {
        let html = html(&draw("# T\nA <b onclick=\"x()\">b</b>\n\n<div>\nc\n</div>\n"));
        assert!(!html.contains("<b ") && !html.contains("<div>") && html.contains("&lt;div&gt;"), "{html}");
    }
}
