//! Everything at its longest: what other systems send has no end, and no word of it breaks a panel. Nothing here is translated,
//! as what other systems send is not.

use annex_sdk::{
    prelude::*,
    ui::{Block, Choice, ChoiceInput, Column, Empty, HasPrimary, Image, Progress, Row, Steps, Tone},
};

/// Of 65 letters, without a place to break it at.
const WORD: &str = "Rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetz";
/// As long as a line may be.
const LINE: &str = "A sentence that goes on and on, as sentences do when nobody has thought of where they will be read. \
    A sentence that goes on and on, as sentences do when nobody has thought of where they will be read. \
    A sentence that goes on and on, as sentences do when nobody has thought of where they will be read. ";
const URL: &str = "https://annex.example/Rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetz/7";

pub(crate) fn page(view: View, ctx: &Context) -> View {
    view.subtitle(LINE)
        .banner(banner("long-top"))
        .section(Section::titled(WORD).blocks(texts()).block(banner("long-banner")).block(badges()))
        .section(Section::titled(LINE).foldable().block(pairs(ctx)).block(picture()))
        .section(Section::new().block(list()).block(table()))
        .section(
            Section::titled(WORD)
                .block(Progress::percent(LINE, 60))
                .block(Steps::new().done(WORD).failed(LINE).current(WORD).todo(LINE))
                .block(Empty::new(WORD).body(LINE).action(press("long-empty"))),
        )
        .section(form())
        .section(Section::titled(WORD).block(actions()))
        .footer(Actions::new().button(Button::back(WORD)).button(Button::invoke("press", LINE).id("long-footer")))
}

fn press(id: &str) -> Button {
    Button::invoke("press", WORD).id(id).icon("package")
}

fn texts() -> [Text; 6] {
    [Text::heading(WORD), Text::body(WORD), Text::body(LINE), Text::muted(WORD), Text::error(WORD), Text::code(LINE)]
}

fn banner(id: &str) -> Banner {
    Banner::warning(WORD).body(format!("{LINE}\n{WORD}")).action(press(id)).dismissible()
}

fn badges() -> Block {
    [Badge::new(Tone::Critical, WORD), Badge::new(Tone::Info, LINE)].into_iter().collect()
}

fn cells(ctx: &Context) -> [Cell; 8] {
    [
        Cell::text(WORD),
        Cell::text(LINE),
        Cell::link(WORD, URL),
        Cell::badge(Badge::new(Tone::Success, WORD)),
        Cell::datetime("2026-03-01T09:30:00Z"),
        Cell::money(-9_876_543_210, "EUR"),
        Cell::operator(ctx.operator.clone()),
        Cell::masked(WORD),
    ]
}

fn pairs(ctx: &Context) -> Pairs {
    let pairs = cells(ctx).into_iter().fold(Pairs::new(), |pairs, cell| pairs.cell(WORD, cell));
    pairs.copyable(LINE, LINE).copyable(WORD, WORD)
}

fn picture() -> Image {
    Image::new("https://pictures.annex.example/parcel.png", LINE, 2_000, 2_000)
}

fn list() -> List {
    let item = Item::new("long", WORD).subtitle(LINE).meta(WORD).image(picture());
    List::new("long-list", WORD).item(item.badge(Badge::new(Tone::Info, WORD)).action(press("long-item")))
}

fn table() -> Table<3> {
    let columns = [Column::text("a", WORD).sortable(), Column::text("b", LINE), Column::number("c", WORD).sortable()];
    let row = Row::new("long", [Cell::text(WORD), Cell::link(LINE, URL), Cell::money(9_876_543_210, "EUR")]);
    let off = Button::invoke("press", WORD).id("long-off").disabled(LINE);
    Table::new("long-table", WORD, columns).row(row.button(press("long-row")).button(off)).sorted_by("a", false)
}

fn form() -> Form {
    let choices = || [Choice::new("a", WORD).hint(LINE), Choice::new("b", LINE).hint(WORD).disabled()];
    Form::new("save", WORD)
        .titled(WORD)
        .input(TextInput::line("long-line", WORD).hint(LINE).value(WORD).error(LINE).required())
        .input(TextInput::area("long-area", LINE).hint(WORD).value(LINE).error(WORD))
        .input(ChoiceInput::menu("long-menu", LINE).choices(choices()).selected("a").hint(LINE))
        .input(ChoiceInput::radios("long-radios", WORD).choices(choices()).error(LINE))
        .input(ChoiceInput::checks("long-checks", LINE).choices(choices()).hint(WORD))
        .confirm(WORD, LINE, WORD)
}

fn actions() -> Actions<HasPrimary> {
    Actions::new()
        .primary(press("long-primary"))
        .button(Button::invoke("press", LINE).id("long-asks").destructive().confirm(LINE, LINE, WORD))
        .button(Button::open(URL, WORD))
        .button(Button::invoke("press", WORD).id("long-disabled").disabled(LINE))
}
