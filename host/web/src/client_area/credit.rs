//! The credit of a desk whose licence the account holds, or which it may top up: what there is, what it was used for, and topping it up
//! by card, once or by itself, where a publisher develops.

use annex_billing::{BillingError, NewTopUp, ToppedUp, top_up};
use annex_domain::{
    ids::{DeskId, InvoiceId},
    money::Money,
    operator::Desk,
    random,
};
use annex_store::{
    billing::{entries::Entry, methods},
    desks,
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};

use super::{
    area::{Area, AreaSection, leave},
    methods::{CardRow, card_row},
    session::Payer,
};
use crate::{
    card_form,
    error::{PageError, PageResult},
    flash::Flash,
    i18n::Translator,
    panel::form::{FormErrors, Posted},
    payments,
    shell::{Shell, page_with},
    state::AppState,
};

/// Entries of the history that are shown; the statement has all of them.
const HISTORY: u32 = 50;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/client-area/desks/{desk}/credit", get(show))
        .route("/client-area/desks/{desk}/credit/top-up", post(top_up_once))
        .route("/client-area/desks/{desk}/credit/automatic", post(set_rule))
}

#[derive(Template)]
#[template(path = "client_area/credit.html")]
pub(super) struct CreditPage {
    pub(super) shell: Shell,
    pub(super) area: Area,
    pub(super) errors: FormErrors,
    pub(super) path: String,
    pub(super) balance: String,
    pub(super) may_top_up: bool,
    pub(super) currency: &'static str,
    /// The least and the most at once.
    pub(super) range: (String, String),
    /// The form tops up once, however often it is sent.
    pub(super) key: String,
    pub(super) cards: Vec<CardRow>,
    pub(super) is_test: bool,
    /// As it was typed.
    pub(super) amount: String,
    /// What is bought by itself, and below what.
    pub(super) rule: Option<(String, String)>,
    pub(super) each: String,
    pub(super) threshold: String,
    pub(super) history: Vec<Moved>,
}

/// Something that came to the credit or left it.
pub(super) struct Moved {
    pub(super) day: String,
    pub(super) what: String,
    pub(super) amount: String,
    pub(super) invoice: Option<InvoiceId>,
}

/// The desk of a path, if the account holds its licence or may top up its credit.
async fn find(state: &AppState, payer: &Payer, id: &str) -> Result<Desk, PageError> {
    let id: DeskId = id.parse().map_err(|_| PageError::NotFound)?;
    if let Some(held) = payer.desks.iter().find(|desk| desk.id == id) {
        return Ok(held.clone());
    }
    if !state.billing.may_top_up(payer.account.id, id).await? {
        return Err(PageError::NotFound);
    }
    Ok(desks::get(&mut state.db.read().await?, id).await?)
}

fn address(desk: &Desk) -> String {
    format!("/client-area/desks/{}/credit", desk.id)
}

async fn show(State(state): State<AppState>, Path(desk): Path<String>, payer: Payer) -> PageResult {
    let desk = find(&state, &payer, &desk).await?;
    draw(&state, &payer, &desk, FormErrors::default(), None).await
}

/// The page, with what is wrong with a form that was sent.
async fn draw(state: &AppState, payer: &Payer, desk: &Desk, errors: FormErrors, typed: Option<&Posted>) -> PageResult {
    let t = &payer.t;
    let view = state.billing.credit_view(payer.account.id, desk.id, HISTORY).await?;
    let cards = methods::list(&mut state.db.read().await?, payer.account.id).await?;
    let name = state.billing.gateway_name();
    let typed = |field: &str, or: String| match typed.map(|form| form.get(field)) {
        Some(text) if !text.is_empty() => text.to_owned(),
        _ => or,
    };
    let plain = |cents| {
        let text = Money::new(cents, view.currency).to_string();
        text.split(' ').next().unwrap_or_default().to_owned()
    };
    let [least, most] = top_up::range(view.currency);
    let rule = view.rule.as_ref();
    let is_held = payer.desks.iter().any(|held| held.id == desk.id);
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let drawn = CreditPage {
        shell: payer.titled(t.msg("client-credit-title").arg("desk", &desk.name).to_string()),
        area: payer.area(AreaSection::Overview),
        errors,
        path: address(desk),
        balance: t.money(view.balance),
        may_top_up: view.may_top_up,
        currency: view.currency.as_str(),
        range: (t.money(least), t.money(most)),
        key: random::token().map_err(PageError::internal)?,
        cards: cards.iter().filter(|card| card.gateway == name).map(card_row).collect(),
        is_test: state.billing.test_gateway().is_some(),
        amount: typed("amount", String::new()),
        rule: rule.map(|rule| (t.money(rule.amount), t.money(Money::new(rule.threshold, rule.amount.currency)))),
        each: typed("each", rule.map_or_else(String::new, |rule| plain(rule.amount.cents))),
        threshold: typed("threshold", rule.map_or_else(String::new, |rule| plain(rule.threshold))),
        history: view.history.iter().map(|entry| moved(entry, is_held, t)).collect(),
    };
    page_with(status, &drawn)
}

/// Credit is what is owed to the desk: what comes to it is less than nothing in the books. Its invoices are for who holds its licence.
fn moved(entry: &Entry, is_held: bool, t: &Translator) -> Moved {
    let of = |start: &str| entry.transaction.starts_with(start);
    let key = if of("attempt:") && entry.amount < 0 {
        "client-credit-topped-up"
    } else if of("refund:") {
        "client-credit-refund"
    } else if of("invoice:") {
        "client-credit-invoice"
    } else {
        "client-credit-given"
    };
    Moved {
        day: t.date(entry.at),
        what: t.msg(key).arg("note", &entry.note).to_string(),
        amount: t.money(Money::new(-entry.amount, entry.currency)),
        invoice: entry.invoice.filter(|_| is_held),
    }
}

/// An amount of a form in the desk's currency, or what is wrong with it.
fn amount_of(form: &Posted, field: &str, like: Money, t: &Translator, errors: &mut FormErrors) -> Money {
    let [least, most] = top_up::range(like.currency);
    match Money::read(form.get(field), like.currency) {
        Ok(amount) if (least.cents..=most.cents).contains(&amount.cents) => amount,
        _ => {
            let wrong = t.msg("client-credit-range").arg("least", t.money(least)).arg("most", t.money(most));
            errors.add(field, wrong);
            like
        }
    }
}

async fn top_up_once(
    State(state): State<AppState>,
    Path(desk): Path<String>,
    payer: Payer,
    form: Posted,
) -> PageResult {
    let desk = &find(&state, &payer, &desk).await?;
    let (here, balance) = (address(desk), state.billing.credit_view(payer.account.id, desk.id, 0).await?.balance);
    let mut errors = FormErrors::default();
    let amount = amount_of(&form, "amount", balance, &payer.t, &mut errors);
    if !errors.is_empty() {
        return draw(&state, &payer, desk, errors, Some(&form)).await;
    }
    let method = card_form::card_here(&state, payer.account.id, &form, &here).await?;
    if let Some(wait) = state.billing.payment_wait(payer.account.id).await? {
        return Ok(payments::refused(wait));
    }
    let key = Some(form.get("key").to_owned()).filter(|key| (1..=100).contains(&key.len()));
    let new = NewTopUp { desk: desk.id, amount, method, key };
    match state.billing.top_up(payer.account.id, &new).await {
        Ok(ToppedUp::Paid(_)) => {
            Ok(Flash::success("client-credit-done").arg("amount", payer.t.money(amount)).redirect(&here))
        }
        Ok(ToppedUp::AtBank(url)) => leave(&state, payer.shell("client-pay-confirm"), &url),
        Ok(ToppedUp::Declined { .. }) => Ok(Flash::warning("client-credit-declined").redirect(&here)),
        Err(BillingError::KeyReused) => Ok(Flash::warning("client-credit-sent-before").redirect(&here)),
        Err(BillingError::NoCard) => Ok(Flash::warning("client-pay-no-card").redirect(&here)),
        Err(error) => Err(error.into()),
    }
}

async fn set_rule(State(state): State<AppState>, Path(desk): Path<String>, payer: Payer, form: Posted) -> PageResult {
    let desk = &find(&state, &payer, &desk).await?;
    let here = address(desk);
    if form.get("state") != "on" {
        state.billing.set_top_up_rule(payer.account.id, desk.id, None).await?;
        return Ok(Flash::success("client-credit-off").redirect(&here));
    }
    let balance = state.billing.credit_view(payer.account.id, desk.id, 0).await?.balance;
    let mut errors = FormErrors::default();
    let each = amount_of(&form, "each", balance, &payer.t, &mut errors);
    let threshold = amount_of(&form, "threshold", balance, &payer.t, &mut errors);
    if !errors.is_empty() {
        return draw(&state, &payer, desk, errors, Some(&form)).await;
    }
    state.billing.set_top_up_rule(payer.account.id, desk.id, Some((each, threshold))).await?;
    Ok(Flash::success("client-credit-on").redirect(&here))
}
