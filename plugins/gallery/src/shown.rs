//! Blocks that show something: texts, messages, badges, values, pictures, how far something is.

use annex_sdk::{
    prelude::*,
    ui::{Block, Divider, Empty, Image, Progress, Skeleton, Steps, Tone},
};

/// Every tone, and its name: the end of the key of what it is called.
pub(crate) const TONES: [(Tone, &str); 5] = [
    (Tone::Neutral, "neutral"),
    (Tone::Info, "info"),
    (Tone::Success, "success"),
    (Tone::Warning, "warning"),
    (Tone::Critical, "critical"),
];

pub(crate) fn tone_name(name: &str, t: &Texts) -> String {
    t.get(&format!("tone-{name}"))
}

pub(crate) fn texts(view: View, t: &Texts) -> View {
    let styles = [
        Text::heading(t.get("text-heading")),
        Text::body(t.get("text-body")),
        Text::muted(t.get("text-muted")),
        Text::error(t.get("text-error")),
        Text::code("$ annex addon test\n2 scenarios, 7 steps"),
    ];
    view.banner(Banner::info(t.get("banner-top")).dismissible())
        .section(Section::titled(t.get("texts")).blocks(styles))
        .section(banners(t))
        .section(Section::titled(t.get("badges")).block(badges(t)).block(Divider).block(Text::muted(t.get("below"))))
        .section(empties(t))
        .section(Section::titled(t.get("section-open")).foldable().text(t.get("section-text")))
        .section(Section::titled(t.get("section-folded")).folded().text(t.get("section-text")))
        .section(Section::new().folded().text(t.get("section-text")))
}

fn banners(t: &Texts) -> Section {
    let plain = TONES.map(|(tone, name)| Banner::new(tone, tone_name(name, t)));
    let full = TONES.map(|(tone, name)| {
        let way_out = Button::invoke("press", t.get("press")).id(format!("banner-{name}"));
        Banner::new(tone, tone_name(name, t)).body(t.get("banner-body")).action(way_out).dismissible()
    });
    Section::titled(t.get("banners")).blocks(plain).blocks(full)
}

fn badges(t: &Texts) -> Block {
    TONES.into_iter().map(|(tone, name)| Badge::new(tone, tone_name(name, t))).collect()
}

fn empties(t: &Texts) -> Section {
    let way_out = Button::invoke("press", t.get("press")).id("empty").icon("plus");
    Section::titled(t.get("empties"))
        .block(Empty::new(t.get("empty-title")))
        .block(Empty::new(t.get("empty-title")).body(t.get("empty-body")).action(way_out))
}

/// A value of every kind, and the key of what it is.
pub(crate) fn cells(ctx: &Context, t: &Texts) -> [(&'static str, Cell); 11] {
    [
        ("cell-text", Cell::text("Ada Lovelace")),
        ("cell-link", Cell::link(t.get("link"), "https://annex.example/orders/7")),
        ("cell-badge", Cell::badge(Badge::new(Tone::Success, tone_name("success", t)))),
        ("cell-datetime", Cell::datetime("2026-03-01T09:30:00Z")),
        ("cell-money", Cell::money(123_450, "EUR")),
        ("cell-negative", Cell::money(-50, "USD")),
        ("cell-whole", Cell::money(5_000, "JPY")),
        ("cell-operator", Cell::operator(ctx.operator.clone())),
        ("cell-nobody", Cell::operator("nobody")),
        ("cell-masked", Cell::masked("4111111111111234")),
        ("cell-masked-short", Cell::masked("4711")),
    ]
}

pub(crate) fn values(view: View, ctx: &Context, t: &Texts) -> View {
    let cells = cells(ctx, t).into_iter();
    let pairs = cells.fold(Pairs::new(), |pairs, (key, cell)| pairs.cell(t.get(key), cell));
    let copied = Pairs::new().copyable(t.get("email"), "ada@example.com").copyable(t.get("phone"), "+44 20 7946 0000");
    view.section(Section::titled(t.get("pairs")).block(pairs))
        .section(Section::titled(t.get("pairs-copied")).block(copied))
        .section(Section::titled(t.get("pictures")).block(picture(t)))
}

/// On a host of the manifest: a picture may come from no other.
pub(crate) fn picture(t: &Texts) -> Image {
    Image::new("https://pictures.annex.example/parcel.png", t.get("picture"), 640, 480)
}

pub(crate) fn progress(view: View, t: &Texts) -> View {
    let percents = [0, 60, 100].map(|percent| Progress::percent(t.get("packing"), percent));
    let steps = Steps::new()
        .done(t.get("step-ordered"))
        .failed(t.get("step-paid"))
        .current(t.get("step-packed"))
        .todo(t.get("step-sent"));
    view.section(Section::titled(t.get("known")).blocks(percents))
        .section(Section::titled(t.get("unknown")).block(Progress::unknown(t.get("waiting"))))
        .section(Section::titled(t.get("steps")).block(steps))
        .section(Section::titled(t.get("skeleton")).block(Skeleton::lines(3)))
}
