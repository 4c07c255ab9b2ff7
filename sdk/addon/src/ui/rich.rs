//! Parts that come later, Markdown, charts and tabs.

use super::{Block, Section, wire};

/// Points of a chart; more are left out.
const MAX_POINTS: usize = 100;
/// Tabs of a view; more are left out.
const MAX_TABS: usize = 8;

/// A part of a view that is asked for after the view is seen: the host draws lines to come, and calls `handle` for all such parts of a
/// view at once, each with its own call. [`Event::source`](super::Event) is the id that the part was given with
/// [`Section::named`]; put something in its place with [`Reply::put`](super::Reply::put). At most 8 in a view.
///
/// ```
/// use annex_sdk::prelude::*;
///
/// fn render() -> View {
///     View::new("Orders").section(
///         Section::new()
///             .named("open", Deferred::new("load").arg("state", "open"))
///             .named("old", Deferred::new("load").arg("state", "closed").lines(5)),
///     )
/// }
///
/// fn handle(event: &Event) -> Result<Reply> {
///     match (event.verb.as_str(), event.arg("state")) {
///         ("load", Some(state)) => Ok(Reply::put(&event.source, Text::body(format!("No {state} orders")))),
///         _ => Err(event.unknown()),
///     }
/// }
/// # let _ = render();
/// # assert!(handle(&Event::new("load").with_arg("state", "open")).is_ok());
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "put it into a section with `named`"]
pub struct Deferred(wire::Deferred);

impl Deferred {
    /// `verb`: what `handle` gets.
    pub fn new(verb: impl Into<String>) -> Self {
        Self(wire::Deferred { verb: verb.into(), args: vec![], skeleton: 3 })
    }

    /// Given to `handle`, see [`Event::arg`](super::Event::arg).
    pub fn arg(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.args.push(wire::FieldValue { field: name.into(), value: value.into() });
        self
    }

    /// That many lines to come, 1 to 20: about as many as there will be. Without it 3.
    pub fn lines(mut self, lines: u8) -> Self {
        self.0.skeleton = lines.clamp(1, 20);
        self
    }
}

impl From<Deferred> for Block {
    fn from(deferred: Deferred) -> Self {
        Self(wire::Block::Deferred(deferred.0))
    }
}

/// Markdown: paragraphs, headings, lists, emphasis, code, quotes and links. HTML in it is shown as text, pictures as links.
#[derive(Debug, Clone, PartialEq)]
pub struct Markdown(String);

impl Markdown {
    /// At most 8,000 characters.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl From<Markdown> for Block {
    fn from(text: Markdown) -> Self {
        Self(wire::Block::Markdown(text.0))
    }
}

/// Numbers as a picture; who cannot see it gets a table.
///
/// ```
/// use annex_sdk::ui::Chart;
///
/// let chart = Chart::bars("Hours until the first answer").unit("h").point("Mon", 3.5).point("Tue", 1.0);
/// # let _ = chart;
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "put it into a section"]
pub struct Chart(wire::Chart);

impl Chart {
    fn new(label: impl Into<String>, kind: wire::ChartKind) -> Self {
        Self(wire::Chart { kind, label: label.into(), unit: None, points: vec![] })
    }

    /// A bar for each point. `label`: what the chart shows.
    pub fn bars(label: impl Into<String>) -> Self {
        Self::new(label, wire::ChartKind::Bars)
    }

    /// A line through all points. `label`: what the chart shows.
    pub fn line(label: impl Into<String>) -> Self {
        Self::new(label, wire::ChartKind::Line)
    }

    /// Behind each number, such as `h`.
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.0.unit = Some(unit.into());
        self
    }

    /// Adds a point, up to 100. What is no number, or infinite, is left out.
    pub fn point(self, label: impl Into<String>, value: f64) -> Self {
        self.points([(label, value)])
    }

    /// Adds points.
    pub fn points<L: Into<String>>(mut self, points: impl IntoIterator<Item = (L, f64)>) -> Self {
        let room = MAX_POINTS.saturating_sub(self.0.points.len());
        let finite = points.into_iter().filter(|(_, value)| value.is_finite());
        self.0.points.extend(finite.take(room).map(|(label, value)| wire::Point { label: label.into(), value }));
        self
    }
}

impl From<Chart> for Block {
    fn from(chart: Chart) -> Self {
        Self(wire::Block::Chart(chart.0))
    }
}

/// Tabs over the sections of a view, 2 to 8: the first is open, the others are changed to without a call. Sections that no tab names
/// are always seen.
///
/// ```
/// use annex_sdk::{prelude::*, ui::Tabs};
///
/// let view = View::new("Customer")
///     .section(Section::new().block(Tabs::new("Customer").tab("Orders", ["orders"]).tab("Visits", ["visits"])))
///     .section(Section::new().id("orders").text("No orders"))
///     .section(Section::new().id("visits").text("No visits"));
/// # let _ = view;
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "put it into a section"]
pub struct Tabs(wire::Tabs);

impl Tabs {
    /// `label`: what they are, for screen readers.
    pub fn new(label: impl Into<String>) -> Self {
        Self(wire::Tabs { label: label.into(), tabs: vec![] })
    }

    /// Adds a tab with the sections that are seen with it, by the ids that they were given with [`Section::id`].
    pub fn tab<S: Into<String>>(mut self, label: impl Into<String>, sections: impl IntoIterator<Item = S>) -> Self {
        if self.0.tabs.len() < MAX_TABS {
            let (id, sections) = (String::new(), sections.into_iter().map(Into::into).collect());
            self.0.tabs.push(wire::Tab { id, label: label.into(), sections });
        }
        self
    }
}

impl From<Tabs> for Block {
    fn from(tabs: Tabs) -> Self {
        Self(wire::Block::Tabs(tabs.0))
    }
}

impl Section {
    /// Names the section, for [`Tabs`].
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.0.id = id.into();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::super::View;
    use super::*;

    #[test]
    fn what_the_host_would_refuse_is_left_out_of_a_chart() {
        let chart = Chart::line("x").points((0_u8..200).map(|n| (n.to_string(), f64::from(n)))).point("last", 1.0);
        assert_eq!(chart.0.points.len(), 100);
        assert!(Chart::bars("x").point("a", f64::NAN).point("b", f64::INFINITY).0.points.is_empty());
    }

    #[test]
    fn tabs_name_the_sections_as_they_are_shown() {
        let tabs = Tabs::new("t").tab("One", ["first one"]).tab("Two", ["b"]);
        let view = View::new("v")
            .section(Section::new().block(tabs))
            .section(Section::new().id("first one").text("1"))
            .section(Section::new().id("b").text("2"))
            .into_wire();
        let wire::Block::Tabs(tabs) = &view.sections[0].nodes[0].block else { panic!("tabs") };
        let ids: Vec<_> = tabs.tabs.iter().map(|tab| tab.id.as_str()).collect();
        assert_eq!((ids, &tabs.tabs[0].sections[0]), (vec!["tab", "tab.2"], &view.sections[1].id));
    }
}
