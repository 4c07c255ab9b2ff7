//! Lists and tables: full, empty, of many pages.

use annex_sdk::{
    prelude::*,
    ui::{Column, Pages, Row, Tone},
};

use crate::shown;

pub(crate) fn lists(view: View, t: &Texts) -> View {
    let full = List::new("full", t.get("list-full")).items([
        Item::new("7", t.get("ink"))
            .subtitle(t.get("one-parcel"))
            .meta(t.get("yesterday"))
            .badge(Badge::new(Tone::Success, t.get("paid")))
            .action(Button::invoke("press", t.get("press")).icon("package")),
        Item::new("8", t.get("paper"))
            .subtitle(t.get("one-parcel"))
            .image(shown::picture(t))
            .badge(Badge::new(Tone::Warning, t.get("late")))
            .action(Button::invoke("press", t.get("press")).disabled(t.get("disabled-why"))),
    ]);
    let plain = List::new("plain", t.get("list-plain")).items(["7", "8"].map(|id| Item::new(id, t.get("ink"))));
    let paged = List::new("paged", t.get("list-paged")).item(Item::new("9", t.get("paper"))).pages(pages());
    view.section(Section::titled(t.get("list-full")).block(full))
        .section(Section::titled(t.get("list-plain")).block(plain))
        .section(Section::titled(t.get("list-paged")).block(paged))
        .section(
            Section::titled(t.get("list-empty")).block(List::new("none", t.get("list-empty")).empty(t.get("none"))),
        )
        .section(Section::titled(t.get("list-nothing")).block(List::new("nothing", t.get("list-nothing"))))
}

/// In the middle: there is one before and one after.
fn pages() -> Pages {
    Pages::new("turn").prev(Some("1")).next(Some("3")).total(120)
}

pub(crate) fn tables(view: View, ctx: &Context, t: &Texts) -> View {
    let kinds = [Column::text("kind", t.get("kind")), Column::text("value", t.get("value"))];
    let rows = shown::cells(ctx, t).map(|(key, cell)| Row::new(key, [Cell::text(t.get(key)), cell]));
    let every_cell = Table::new("cells", t.get("table-cells"), kinds).rows(rows);
    let columns = || [Column::text("what", t.get("what")), Column::number("price", t.get("price"))];
    view.section(Section::titled(t.get("table-full")).block(orders(t)))
        .section(Section::titled(t.get("table-cells")).block(every_cell))
        .section(Section::titled(t.get("table-wide")).block(wide(t)))
        .section(
            Section::titled(t.get("table-empty"))
                .block(Table::new("none", t.get("table-empty"), columns()).empty(t.get("none")))
                .block(Table::new("nothing", t.get("table-empty"), columns())),
        )
}

/// Sorted, paged, and with buttons.
fn orders(t: &Texts) -> Table<3> {
    let columns = [
        Column::text("what", t.get("what")).essential().sortable(),
        Column::text("state", t.get("state")).extra(),
        Column::number("price", t.get("price")).sortable(),
    ];
    let row = |id: &str, what: &str, cents: i64, badge: Badge| {
        Row::new(id, [Cell::text(t.get(what)), Cell::badge(badge), Cell::money(cents, "EUR")])
            .button(Button::invoke("press", t.get("press")))
    };
    Table::new("orders", t.get("table-full"), columns)
        .row(row("7", "ink", 12_950, Badge::new(Tone::Success, t.get("paid"))))
        .row(
            row("8", "paper", 899, Badge::new(Tone::Warning, t.get("late")))
                .button(Button::invoke("press", t.get("cancel")).destructive().disabled(t.get("disabled-why"))),
        )
        .sorted_by("price", true)
        .pages(pages())
}

/// As many columns as a table can have.
fn wide(t: &Texts) -> Table<8> {
    let columns: [Column; 8] = std::array::from_fn(|at| Column::number(format!("c{at}"), quarter(at)));
    let row = |id: usize| -> Row<8> {
        Row::new(id.to_string(), std::array::from_fn(|at| Cell::text(((id + at) * 250).to_string())))
    };
    Table::new("wide", t.get("table-wide"), columns).rows([1, 2].map(row))
}

/// Of two years.
fn quarter(at: usize) -> String {
    format!("Q{} {}", at % 4 + 1, 2025 + at / 4)
}
