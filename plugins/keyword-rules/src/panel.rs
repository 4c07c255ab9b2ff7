//! What is shown: each rule with what it found in this ticket, what is wrong with the rules, and the button that applies them.

use annex_sdk::{
    prelude::*,
    tickets::Ticket,
    ui::{Column, Empty, Row, Tone},
};

use crate::rules::{Hit, Rule, Rules, Wrong};

pub(crate) fn view(ticket: &Ticket, rules: &Rules, text: &str, t: &Texts) -> View {
    let hits = rules.found_in(text);
    let wrong = rules.wrong.iter().map(|wrong| banner(wrong, t));
    let section = Section::new().blocks(wrong);
    if rules.rules.is_empty() {
        let none = Empty::new(t.get("no-rules")).body(t.get("no-rules-why"));
        return View::new(t.get("title")).section(section.block(none));
    }
    let columns =
        [Column::text("words", t.get("words")), Column::text("tag", t.get("tag")), Column::text("here", t.get("here"))];
    let rows = rules.rules.iter().enumerate().map(|(at, rule)| row(at, rule, ticket, &hits, t));
    let table = Table::new("rules", t.get("rules"), columns).rows(rows);
    let missing = hits.iter().any(|hit| !ticket.tags.contains(&hit.tag));
    let apply = Button::invoke("apply", t.get("apply")).busy(t.get("applying")).icon("tag");
    let apply = if missing { apply } else { apply.disabled(t.get("nothing-to-apply")) };
    View::new(t.get("title")).section(section.block(table).block(Actions::new().primary(apply)))
}

fn row(at: usize, rule: &Rule, ticket: &Ticket, hits: &[Hit], t: &Texts) -> Row<3> {
    let hit = hits.iter().find(|hit| hit.tag == rule.tag && rule.words.contains(&hit.word));
    let here = match hit {
        Some(hit) if ticket.tags.contains(&hit.tag) => Badge::new(Tone::Success, t.get("tagged")),
        Some(hit) => Badge::new(Tone::Info, t.with("found", &[("word", &hit.word)])),
        None => Badge::new(Tone::Neutral, t.get("not-found")),
    };
    Row::new(at.to_string(), [Cell::text(rule.words.join(", ")), Cell::text(rule.tag.clone()), Cell::badge(here)])
}

fn banner(wrong: &Wrong, t: &Texts) -> Banner {
    Banner::warning(t.with("wrong", &[("part", &wrong.part)])).body(t.get(wrong.why))
}
