//! One order: what is in it, and the form that pays back. The state of the view is the order as it was shown, which the host
//! seals: what a refund is of does not come from the form.

use annex_sdk::{
    prelude::*,
    tickets,
    ui::{ChoiceInput, Column, NumberInput, Row, Tone},
};

use crate::{
    list::badge,
    shop::{Order, Outcome, Refund, Shop},
};

/// Why money is paid back, as the shop calls it.
const REASONS: [&str; 4] = ["damaged", "late", "returned", "goodwill"];

/// Lines that are shown.
const MOST_LINES: usize = 50;

pub(crate) fn view(order: &Order, t: &Texts) -> Result<View> {
    let number = order.number.to_string();
    let money = |cents| Cell::money(cents, order.currency.clone());
    let pairs = Pairs::new()
        .cell(t.get("placed"), Cell::datetime(order.placed_at.clone()))
        .cell(t.get("status"), Cell::badge(badge(order, t)))
        .cell(t.get("total"), money(order.total));
    let pairs = if order.refunded > 0 { pairs.cell(t.get("refunded"), money(order.refunded)) } else { pairs };
    let view = View::new(t.with("order", &[("number", &number)]))
        .section(Section::new().block(pairs))
        .section(Section::titled(t.get("lines")).foldable().block(lines(order, t)));
    let view = match order.left() {
        0 => view.section(Section::new().block(Text::muted(t.get("nothing-left")))),
        _ => view.section(form(order, t)),
    };
    let reply = Button::insert_reply(t.with("reply", &[("number", &number)]), t.get("insert-reply"));
    view.footer(Actions::new().button(reply).button(Button::back(t.get("back")))).state(order)
}

fn lines(order: &Order, t: &Texts) -> Table<3> {
    let columns = [
        Column::text("article", t.get("article")),
        Column::number("count", t.get("count")),
        Column::number("price", t.get("price")),
    ];
    let rows = order.lines.iter().take(MOST_LINES).enumerate().map(|(at, line)| {
        let price = Cell::money(line.price, order.currency.clone());
        Row::new(at.to_string(), [Cell::text(line.article.clone()), Cell::text(line.count.to_string()), price])
    });
    Table::new("lines", t.get("lines"), columns).rows(rows).empty(t.get("no-lines"))
}

/// The host checks the amount before the add-on is called, and asks before it sends.
fn form(order: &Order, t: &Texts) -> Form {
    let left = order.amount(order.left());
    let most = order.left() as f64 / 100.0;
    let amount = NumberInput::new("amount", t.with("amount", &[("currency", &order.currency)]))
        .value(most)
        .range(0.01, most)
        .step(0.01)
        .required()
        .hint(t.with("left", &[("amount", &left)]));
    let reasons = ChoiceInput::radios("reason", t.get("reason")).required();
    let reasons =
        REASONS.iter().fold(reasons, |input, reason| input.choice(*reason, t.get(&format!("reason-{reason}"))));
    Form::new("refund", t.get("refund"))
        .titled(t.get("refund-title"))
        .input(amount)
        .input(reasons)
        .input(TextInput::line("note", t.get("note")).hint(t.get("note-hint")))
        .confirm(t.with("ask-title", &[("number", &order.number.to_string())]), t.get("ask-body"), t.get("ask-yes"))
        .busy(t.get("refunding"))
}

pub(crate) fn refund(ctx: &Context, event: &Event, t: &Texts) -> Result<Reply> {
    let Some(order) = event.state::<Order>()? else {
        return Err(Error::internal("nothing to refund: open the order again"));
    };
    let left = order.left();
    let cents = event.number("amount").map(|amount| (amount * 100.0).round() as i64);
    let Some(cents) = cents.filter(|cents| (1..=left).contains(cents)) else {
        let text = t.with("left", &[("amount", &order.amount(left))]);
        return Ok(Reply::invalid([("amount", text)]));
    };
    let (reason, note) = (event.text("reason"), event.text("note").trim());
    let shop = Shop::of_desk(t)?;
    match shop.refund(&order, &Refund { amount: cents, currency: &order.currency, reason, note })? {
        Outcome::Done(now) => {
            log::info!("refunded {cents} cents of order {}", order.number);
            let toast = write_note(ctx, &order, cents, reason, t);
            Ok(Reply::replace(view(&now, t)?).toast(toast))
        }
        Outcome::Changed => {
            let toast = Toast::new(Tone::Warning, t.get("changed"));
            Ok(Reply::replace(view(&shop.order(&order.id)?, t)?).toast(toast))
        }
    }
}

/// The money has moved: that it could not be noted is said, and is no reason to fail.
fn write_note(ctx: &Context, order: &Order, cents: i64, reason: &str, t: &Texts) -> Toast {
    let (amount, number) = (order.amount(cents), order.number.to_string());
    let reason = t.get(&format!("reason-{reason}"));
    let values = [("amount", amount.as_str()), ("number", number.as_str()), ("reason", reason.as_str())];
    let noted = ctx.ticket_id().and_then(|id| Ok(tickets::add_note(id, &t.with("noted", &values))?));
    match noted {
        Ok(_) => Toast::success(t.with("done", &values)),
        Err(error) => {
            log::warn!("the refund could not be noted: {error}");
            Toast::new(Tone::Warning, t.with("done-not-noted", &values))
        }
    }
}
