//! The places beside the panel of a ticket: from the reply box, and where the add-on is managed.

use annex_sdk::prelude::*;

/// Knows what stands in the reply box, also in what comes later, and puts a sentence where the cursor is.
pub(crate) fn composer(ctx: &Context, t: &Texts) -> View {
    let draft = if ctx.draft().is_empty() { Text::muted(t.get("compose-empty")) } else { Text::body(ctx.draft()) };
    View::new(t.get("compose-title"))
        .subtitle(t.get("compose-about"))
        .section(Section::new().block(draft).named("counted", Deferred::new("count").lines(1)))
        .footer(Actions::new().primary(Button::insert_reply(t.get("reply-text"), t.get("insert"))))
}

/// How many words that has.
pub(crate) fn counted(ctx: &Context, t: &Texts) -> Text {
    Text::muted(t.with("compose-count", &[("what", &ctx.draft().split_whitespace().count().to_string())]))
}

/// Only who manages add-ons sees it.
pub(crate) fn settings(t: &Texts) -> View {
    View::new(t.get("manage-title")).section(Section::new().text(t.get("manage-text")))
}
