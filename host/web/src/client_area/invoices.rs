//! Invoices: the list, one with its lines, and paying it by hand (R10): with a card that is kept, which may be declined
//! or ask its owner to confirm (3-D Secure); the browser comes back from there to `…/returned`.

use annex_billing::{Charged, Due, DueWhy};
use annex_domain::{
    billing::{AttemptState, InvoiceState},
    ids::InvoiceId,
    money::Money,
    operator::Actor,
    ui::Tone,
};
use annex_store::billing::{
    attempts::{self, Attempt},
    disputes,
    invoices::{self, Invoice, Line},
    methods, refunds,
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    response::{IntoResponse as _, Redirect},
    routing::{get, post},
};
use serde::Deserialize;

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
    invoices::{dispute_facts, line_name, party_facts, period, what},
    panel::{
        billing::{Happened, refund_row},
        form::Posted,
    },
    payments,
    shell::{Shell, page},
    state::AppState,
};

/// Invoices on a page.
const PAGE: u32 = 50;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/client-area/invoices", get(list))
        .route("/client-area/invoices/{invoice}", get(show))
        .route("/client-area/invoices/{invoice}/pay", post(pay))
        .route("/client-area/invoices/{invoice}/returned", get(returned))
}

#[derive(Template)]
#[template(path = "client_area/invoices.html")]
pub(super) struct ListPage {
    pub(super) shell: Shell,
    pub(super) area: Area,
    pub(super) rows: Vec<InvoiceRow>,
    pub(super) next: Option<String>,
    pub(super) first_page: bool,
}

/// An invoice in the list.
pub(super) struct InvoiceRow {
    pub(super) path: String,
    pub(super) number: i64,
    pub(super) desk: String,
    pub(super) made: String,
    /// What it is for, and for which days.
    pub(super) what: String,
    pub(super) total: String,
    pub(super) state: String,
    pub(super) tone: Tone,
    pub(super) icon: &'static str,
}

#[derive(Template)]
#[template(path = "client_area/invoice.html")]
pub(super) struct InvoicePage {
    pub(super) shell: Shell,
    pub(super) area: Area,
    pub(super) row: InvoiceRow,
    pub(super) id: String,
    pub(super) lines: Vec<LineRow>,
    pub(super) reduced: Option<String>,
    pub(super) credit: Option<String>,
    pub(super) to_take: String,
    /// What the page says that a card is charged, in cents: what the desk's credit leaves.
    pub(super) of_card: i64,
    /// The same in words.
    pub(super) by_card: String,
    pub(super) paid: Option<String>,
    /// What else there is to know, such as its disputes: name and text.
    pub(super) facts: Vec<(String, String)>,
    /// It can be paid by hand.
    pub(super) payable: bool,
    /// Why the last try took no money.
    pub(super) problem: Option<String>,
    /// Where a payment that was begun is confirmed.
    pub(super) action: Option<String>,
    /// A card has to pay some of it: the credit is not enough.
    pub(super) needs_card: bool,
    pub(super) cards: Vec<CardRow>,
    pub(super) refunds: Vec<Happened>,
}

/// A line of an invoice.
pub(super) struct LineRow {
    pub(super) description: String,
    pub(super) period: String,
    pub(super) quantity: u32,
    pub(super) unit: String,
    pub(super) amount: String,
}

#[derive(Deserialize)]
struct Before {
    before: Option<String>,
}

async fn list(State(state): State<AppState>, Query(Before { before }): Query<Before>, payer: Payer) -> PageResult {
    let before: Option<InvoiceId> = before.and_then(|text| text.parse().ok());
    let mut conn = state.db.read().await?;
    let mut found = invoices::page_of_account(&mut conn, payer.account.id, before, PAGE + 1).await?;
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let ids: Vec<_> = found.iter().map(|invoice| invoice.id).collect();
    let lines = invoices::lines_of(&mut conn, &ids).await?;
    drop(conn);
    let lines_of = |invoice: &Invoice| lines.get(&invoice.id).map(Vec::as_slice).unwrap_or_default();
    let rows = found.iter().map(|invoice| invoice_row(&payer, invoice, lines_of(invoice))).collect();
    let last = found.last().filter(|_| more).map(|invoice| format!("/client-area/invoices?before={}", invoice.id));
    page(&ListPage {
        shell: payer.shell("client-invoices-title"),
        area: payer.area(AreaSection::Invoices),
        rows,
        next: last,
        first_page: before.is_none(),
    })
}

fn invoice_row(payer: &Payer, invoice: &Invoice, lines: &[Line]) -> InvoiceRow {
    let (key, tone, icon) = match invoice.state {
        InvoiceState::Open => ("client-invoice-open", Tone::Info, "clock"),
        InvoiceState::Due => ("client-invoice-due", Tone::Warning, "circle-alert"),
        InvoiceState::Paid => ("client-invoice-paid", Tone::Success, "circle-check"),
        InvoiceState::Void => ("client-invoice-void", Tone::Neutral, "circle-x"),
    };
    InvoiceRow {
        path: format!("/client-area/invoices/{}", invoice.id),
        number: invoice.number,
        desk: payer.desk_name(invoice.desk).to_owned(),
        made: payer.t.date(invoice.created_at),
        what: what(invoice, lines, &payer.t),
        total: payer.t.money(invoice.total),
        state: payer.t.get(key),
        tone,
        icon,
    }
}

/// The invoice of the account with the id of the path.
async fn find(state: &AppState, payer: &Payer, id: &str) -> Result<Invoice, PageError> {
    let id: InvoiceId = id.parse().map_err(|_| PageError::NotFound)?;
    let mut conn = state.db.read().await?;
    Ok(invoices::get_of_account(&mut conn, payer.account.id, id).await?)
}

async fn show(State(state): State<AppState>, Path(id): Path<String>, payer: Payer) -> PageResult {
    let invoice = find(&state, &payer, &id).await?;
    let t = &payer.t;
    let mut conn = state.db.read().await?;
    let lines = invoices::lines(&mut conn, invoice.desk, invoice.id).await?;
    let tries = attempts::of_invoice(&mut conn, invoice.id).await?;
    let cards = methods::list(&mut conn, payer.account.id).await?;
    let back = refunds::of_invoice(&mut conn, invoice.id).await?;
    let disputed = disputes::of_invoice(&mut conn, invoice.desk, invoice.id).await?;
    let parties = invoices::parties(&mut conn, invoice.desk, invoice.id).await?;
    drop(conn);
    let money = |cents: i64| t.money(Money::new(cents, invoice.total.currency));
    let payable = invoice.state == InvoiceState::Due;
    // Credit never pays for credit.
    let of_card = match invoice.top_up {
        Some(_) => invoice.to_take(),
        None => state.billing.of_card(invoice.desk, invoice.to_take()).await?,
    };
    let last = tries.last().filter(|_| payable);
    let row = |line: &Line| LineRow {
        description: line_name(line, t),
        period: match line.period_to {
            Some(to) => period(line.period_from, to, t),
            None => t.get("client-invoice-once"),
        },
        quantity: line.quantity,
        unit: money(line.unit_price),
        amount: money(line.amount),
    };
    page(&InvoicePage {
        shell: payer.titled(t.msg("client-invoice-title").arg("number", invoice.number).to_string()),
        area: payer.area(AreaSection::Invoices),
        row: invoice_row(&payer, &invoice, &lines),
        id: invoice.id.to_string(),
        lines: lines.iter().map(row).collect(),
        reduced: (invoice.reduced > 0).then(|| money(-invoice.reduced)),
        credit: (invoice.credit_used > 0).then(|| money(-invoice.credit_used)),
        to_take: t.money(invoice.to_take()),
        of_card: of_card.cents,
        by_card: t.money(of_card),
        paid: invoice.paid_at.map(|at| t.date(at)),
        facts: [dispute_facts(&disputed, t), party_facts(parties.as_ref(), t)].concat(),
        payable,
        problem: last.and_then(|attempt| problem(t, attempt)),
        action: last.filter(|last| last.state == AttemptState::ActionRequired).and_then(|last| last.action_url.clone()),
        needs_card: !of_card.is_zero(),
        cards: cards.iter().filter(|card| card.gateway == state.billing.gateway_name()).map(card_row).collect(),
        refunds: back.iter().map(|refund| refund_row(refund, t)).collect(),
    })
}

/// What the gateway said of a try that took no money.
fn problem(t: &Translator, attempt: &Attempt) -> Option<String> {
    let text = attempt.error_text.as_deref().or(attempt.error_code.as_deref())?;
    Some(t.msg("client-invoice-declined").arg("text", text.chars().take(200).collect::<String>()).to_string())
}

async fn pay(State(state): State<AppState>, Path(id): Path<String>, payer: Payer, form: Posted) -> PageResult {
    let invoice = find(&state, &payer, &id).await?;
    let here = format!("/client-area/invoices/{}", invoice.id);
    let method = card_form::card_here(&state, payer.account.id, &form, &here).await?;
    if let Some(wait) = state.billing.payment_wait(payer.account.id).await? {
        return Ok(payments::refused(wait));
    }
    let (by, of_card) = (Actor::Account(payer.account.id), card_form::of_card(&form, invoice.total.currency));
    let paid = state.billing.pay_as_shown(invoice.desk, invoice.id, method, of_card, by).await;
    outcome(&state, &payer, &invoice, paid)
}

/// Back from the page where the payer confirms: what the gateway says now.
async fn returned(State(state): State<AppState>, Path(id): Path<String>, payer: Payer) -> PageResult {
    let invoice = find(&state, &payer, &id).await?;
    if invoice.state != InvoiceState::Due && invoice.state != InvoiceState::Open {
        return Ok(Redirect::to(&format!("/client-area/invoices/{}", invoice.id)).into_response());
    }
    match state.billing.look_again(invoice.desk, invoice.id).await {
        // Still to be confirmed: the page of the invoice has the link.
        Ok(Charged::Due(Due { why: DueWhy::Action { .. }, .. })) => {
            Ok(Flash::warning("client-pay-unconfirmed").redirect(&format!("/client-area/invoices/{}", invoice.id)))
        }
        outcome_now => outcome(&state, &payer, &invoice, outcome_now),
    }
}

fn outcome(
    state: &AppState,
    payer: &Payer,
    invoice: &Invoice,
    outcome: Result<Charged, annex_billing::BillingError>,
) -> PageResult {
    let path = format!("/client-area/invoices/{}", invoice.id);
    match outcome {
        Ok(Charged::Paid) => Ok(Flash::success("client-pay-done").arg("number", invoice.number).redirect(&path)),
        Ok(Charged::Due(due)) => match due.why {
            DueWhy::NoMethod => Ok(Flash::warning("client-pay-no-card").redirect(&path)),
            DueWhy::Declined { .. } => Ok(Flash::warning("client-pay-declined").redirect(&path)),
            DueWhy::Action { url } => leave(state, payer.shell("client-pay-confirm"), &url),
        },
        Err(annex_billing::BillingError::NotPayable { .. }) => Ok(Redirect::to(&path).into_response()),
        Err(annex_billing::BillingError::CardAmount { .. }) => {
            Ok(Flash::warning("lifecycle-error-card-amount-changed").redirect(&path))
        }
        Err(error) => Err(error.into()),
    }
}
