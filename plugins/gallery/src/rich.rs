//! Formatted text, charts, tabs, files, and a part that comes after the page is seen.

use annex_sdk::{
    prelude::*,
    ui::{Chart, FileInput, Markdown, Tabs},
};

/// Days, and hours of each.
const HOURS: [(&str, f64); 5] = [("Mon", 3.5), ("Tue", 1.25), ("Wed", 0.0), ("Thu", 6.0), ("Fri", 2.5)];
/// Months, and orders of each.
const ORDERS: [(&str, f64); 6] =
    [("Jan", 12.0), ("Feb", 9.0), ("Mar", 17.0), ("Apr", 16.0), ("May", 24.0), ("Jun", 31.0)];

pub(crate) fn page(view: View, t: &Texts) -> View {
    let later = Deferred::new("later").arg("what", "Ada Lovelace").lines(2);
    let charts = Section::titled(t.get("charts"))
        .block(Chart::bars(t.get("chart-hours")).unit("h").points(HOURS))
        .block(Chart::line(t.get("chart-orders")).points(ORDERS));
    let tabs = Tabs::new(t.get("tabs")).tab(t.get("tab-one"), ["first"]).tab(t.get("tab-two"), ["second"]);
    let files = FileInput::new("files", t.get("input-files")).types(["application/pdf", "image/*"]).most(3);
    view.section(Section::titled(t.get("later")).named("later", later))
        .section(Section::titled("Markdown").block(markdown(t)))
        .section(charts)
        .section(Section::titled(t.get("tabs")).block(tabs))
        .section(Section::new().id("first").text(t.get("tab-one-text")))
        .section(Section::new().id("second").text(t.get("tab-two-text")))
        .section(Form::new("take", t.get("save")).titled(t.get("files")).input(files))
}

fn markdown(t: &Texts) -> Markdown {
    let (head, body, aside) = (t.get("text-heading"), t.get("text-body"), t.get("text-muted"));
    let (good, odd) = (t.get("tone-success"), t.get("tone-warning"));
    Markdown::new(format!("### {head}\n\n{body}\n\n- **{good}**\n- *{odd}*\n- `annex addon test`\n\n> {aside}"))
}
