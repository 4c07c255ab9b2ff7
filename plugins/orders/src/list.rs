//! The orders of the requester: a table that is sorted and paged by the shop, so that it holds what is shown alone.

use annex_sdk::{
    prelude::*,
    ui::{Column, Empty, Pages, Row, Tone},
};
use serde::{Deserialize, Serialize};

use crate::shop::{Order, Shop, Status};

/// How the shop is asked to sort, in its own words. Kept in the view's state, for the pages that follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Sorting {
    #[default]
    Newest,
    Oldest,
    Dearest,
    Cheapest,
}

impl Sorting {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "-placed",
            Self::Oldest => "placed",
            Self::Dearest => "-total",
            Self::Cheapest => "total",
        }
    }

    /// What a click on the head of a column asks for.
    fn asked(event: &Event) -> Option<Self> {
        match (event.text("column"), event.flag("descending")) {
            ("placed", true) => Some(Self::Newest),
            ("placed", false) => Some(Self::Oldest),
            ("total", true) => Some(Self::Dearest),
            ("total", false) => Some(Self::Cheapest),
            _ => None,
        }
    }

    /// The column, and whether the highest comes first.
    fn column(self) -> (&'static str, bool) {
        match self {
            Self::Newest => ("placed", true),
            Self::Oldest => ("placed", false),
            Self::Dearest => ("total", true),
            Self::Cheapest => ("total", false),
        }
    }
}

pub(crate) fn without_address(t: &Texts) -> View {
    View::new(t.get("title")).section(Section::new().block(Empty::new(t.get("no-email")).body(t.get("no-email-why"))))
}

/// Another page, or the first one in another order.
pub(crate) fn turn(ctx: &Context, event: &Event, t: &Texts) -> Result<Reply> {
    let Some(email) = ctx.requester_email() else { return Ok(Reply::replace(without_address(t))) };
    let kept = event.state::<Sorting>()?.unwrap_or_default();
    let sorting = Sorting::asked(event).unwrap_or(kept);
    Ok(Reply::replace(page(email, sorting, event.cursor.as_deref(), t)?))
}

pub(crate) fn page(email: &str, sorting: Sorting, cursor: Option<&str>, t: &Texts) -> Result<View> {
    let page = Shop::of_desk(t)?.orders(email, sorting, cursor)?;
    let columns = [
        Column::text("number", t.get("number")),
        Column::text("placed", t.get("placed")).sortable(),
        Column::text("status", t.get("status")),
        Column::number("total", t.get("total")).sortable(),
    ];
    let view = View::new(t.get("title")).subtitle(email);
    if page.total == 0 {
        let none = Empty::new(t.get("no-orders")).body(t.with("no-orders-why", &[("email", email)]));
        return Ok(view.section(Section::new().block(none)));
    }
    let (column, descending) = sorting.column();
    let table = Table::new("orders", t.with("orders-of", &[("email", email)]), columns)
        .rows(page.orders.iter().map(|order| row(order, t)))
        .sorted_by(column, descending)
        .pages(Pages::new("page").prev(page.previous).next(page.next).total(page.total));
    view.section(Section::new().block(table)).state(&sorting)
}

fn row(order: &Order, t: &Texts) -> Row<4> {
    let cells = [
        Cell::text(format!("#{}", order.number)),
        Cell::datetime(order.placed_at.clone()),
        Cell::badge(badge(order, t)),
        Cell::money(order.total, order.currency.clone()),
    ];
    // The button carries the order's id, so that `event.source` says which one.
    Row::new(order.id.clone(), cells).button(Button::push("show", t.get("show")).id(order.id.clone()))
}

/// Word and tone: a colour alone says nothing to who cannot see it.
pub(crate) fn badge(order: &Order, t: &Texts) -> Badge {
    let (tone, key) = match order.status {
        Status::Paid | Status::Sent if order.refunded >= order.total => (Tone::Neutral, "refunded"),
        Status::Paid | Status::Sent if order.refunded > 0 => (Tone::Warning, "partly-refunded"),
        Status::Paid => (Tone::Info, "paid"),
        Status::Sent => (Tone::Success, "sent"),
        Status::Cancelled => (Tone::Critical, "cancelled"),
        Status::Other => (Tone::Neutral, "other"),
    };
    Badge::new(tone, t.get(key))
}
