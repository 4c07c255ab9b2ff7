//! Orders: what the requester has ordered in the desk's shop, and refunds. An example of a table with pages and sorting, of a form
//! that moves money, and of a service that has another address for each desk.
//!
//! `shop` asks the shop, `list` shows the orders, `order` shows one and refunds it.

mod list;
mod order;
mod shop;

use annex_sdk::prelude::*;

use list::Sorting;
use shop::Shop;

const TEXTS: &[(&str, &str)] = &[
    ("en", include_str!("../locales/en.ftl")),
    ("de", include_str!("../locales/de.ftl")),
    ("ar", include_str!("../locales/ar.ftl")),
];

struct Orders;

impl Plugin for Orders {
    fn render(ctx: &Context) -> Result<View> {
        let t = Texts::choose(&ctx.locale, TEXTS);
        match ctx.requester_email() {
            Some(email) => list::page(email, Sorting::default(), None, &t),
            None => Ok(list::without_address(&t)),
        }
    }

    fn handle(ctx: &Context, event: &Event) -> Result<Reply> {
        let t = Texts::choose(&ctx.locale, TEXTS);
        match event.verb.as_str() {
            "page" | "sort" => list::turn(ctx, event, &t),
            "show" => Ok(Reply::push(order::view(&Shop::of_desk(&t)?.order(&event.source)?, &t)?)),
            "refund" => order::refund(ctx, event, &t),
            _ => Err(event.unknown()),
        }
    }
}

annex_sdk::export_plugin!(Orders);

#[cfg(test)]
#[path = "../../chapter-check.rs"]
mod chapter_check;

#[cfg(test)]
mod tests;
