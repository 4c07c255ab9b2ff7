//! `/billing`: what the desk pays (R24): who is logged in (R5, R6), the month to come, add-ons with their licences (R26),
//! invoices, payment method, credit, statement. What belongs to the account (cards, paying) needs the login; what belongs
//! to the desk is shown to everybody who manages add-ons.

mod invoices;
mod methods;
mod missed;
mod statement;

pub(crate) use self::{
    invoices::{Happened, refund_row},
    statement::csv_file,
};

use std::collections::BTreeMap;

use annex_billing::{NextBill, Overview};
use annex_domain::{
    billing::{InvoiceState, SubscriptionState},
    ids::InstallationId,
    money::Money,
    permission::Permission,
};
use annex_lifecycle::{Licences, licences_of};
use annex_store::{
    Conn, StoreError,
    billing::{invoices as stored, subscriptions::Subscription},
    users,
};
use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    routing::get,
};
use serde::Deserialize;

use super::{
    addons::{Login, page_error},
    password_again::PasswordAgain,
    pay_with::{CardRow, PayWith, cards},
};
use crate::{
    error::{PageError, PageResult},
    i18n::Translator,
    invoices::what,
    prices::{Seats, price, renewal},
    session::SignedIn,
    shell::{Section, Shell, page},
    state::AppState,
};

const HERE: &str = "/billing";
/// Invoices of a page.
const LIMIT: u32 = 20;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/billing", get(show))
        .merge(invoices::routes())
        .merge(methods::routes())
        .merge(missed::routes())
        .merge(statement::routes())
}

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PageQuery {
    /// The page begins below this invoice.
    below: Option<i64>,
}

/// An add-on that is paid for or tried.
#[derive(Debug)]
pub(super) struct AddonRow {
    pub(super) installation: InstallationId,
    pub(super) name: String,
    pub(super) plan: String,
    pub(super) price: String,
    /// Purchased, assigned, unassigned; of plans per user.
    pub(super) licences: Option<(u32, u32, u32)>,
    pub(super) renewal: String,
    pub(super) past_due: bool,
}

/// An invoice in the list.
#[derive(Debug)]
pub(super) struct InvoiceRow {
    pub(super) number: i64,
    pub(super) date: String,
    /// What it is for, and for which days.
    pub(super) what: String,
    pub(super) total: String,
    pub(super) badge: StateBadge,
}

/// Where an invoice stands: a word, an icon and a colour.
#[derive(Debug, Clone, Copy)]
pub(super) struct StateBadge {
    pub(super) key: &'static str,
    pub(super) icon: &'static str,
    pub(super) tone: &'static str,
}

impl StateBadge {
    pub(super) fn of(state: InvoiceState) -> Self {
        let (key, icon, tone) = match state {
            InvoiceState::Open => ("invoice-state-open", "clock", "info"),
            InvoiceState::Due => ("invoice-state-due", "circle-alert", "warning"),
            InvoiceState::Paid => ("invoice-state-paid", "circle-check", "success"),
            InvoiceState::Void => ("invoice-state-void", "circle-x", "neutral"),
        };
        Self { key, icon, tone }
    }
}

#[derive(Template)]
#[template(path = "panel/billing.html")]
pub(super) struct BillingPage {
    pub(super) shell: Shell,
    pub(super) login: Login,
    /// Where login and logout lead back to.
    pub(super) next: String,
    /// Day and amounts of the next monthly invoice.
    pub(super) next_bill: Option<(String, Vec<String>)>,
    pub(super) due: usize,
    /// The question about months that were missed.
    pub(super) missed: Option<missed::Question>,
    /// The card that answering it charges.
    pub(super) pay: PayWith,
    pub(super) password: PasswordAgain,
    pub(super) addons: Vec<AddonRow>,
    pub(super) invoices: Vec<InvoiceRow>,
    /// Where older invoices are.
    pub(super) older: Option<i64>,
    pub(super) first_page: bool,
    pub(super) cards: Vec<CardRow>,
    pub(super) credit: Vec<String>,
}

async fn show(State(state): State<AppState>, who: SignedIn, Query(wanted): Query<PageQuery>) -> PageResult {
    who.require(Permission::AddonsManage)?;
    page(&billing_page(&state, &who, &wanted, None).await?)
}

async fn billing_page(
    state: &AppState,
    who: &SignedIn,
    wanted: &PageQuery,
    password: Option<PasswordAgain>,
) -> Result<BillingPage, PageError> {
    let t = &who.t;
    let overview = state.lifecycle.billing().overview(who.desk.id).await?;
    let names = names(state, who).await?;
    let login = Login::of(&state.db, who).await?;
    let mut conn = state.db.read().await?;
    let addons = addon_rows(&mut conn, who, &overview, &names).await?;
    let filter = stored::Filter { state: None, below: wanted.below, limit: LIMIT + 1 };
    let mut list = stored::list(&mut conn, who.desk.id, filter).await?;
    let more = list.len() > LIMIT as usize;
    list.truncate(LIMIT as usize);
    let ids: Vec<_> = list.iter().map(|invoice| invoice.id).collect();
    let lines = stored::lines_of(&mut conn, &ids).await?;
    drop(conn);
    let lines_of = |invoice: &stored::Invoice| lines.get(&invoice.id).map(Vec::as_slice).unwrap_or_default();
    let rows = list.iter().map(|invoice| invoice_row(invoice, lines_of(invoice), t)).collect();
    let (missed, pay) = missed::question(state, who, &login, overview.missed.as_ref()).await?;
    let can_answer = missed.is_some() && !login.is_wrong() && !pay.lacks_card();
    Ok(BillingPage {
        shell: who.shell("billing-title", Section::Billing),
        cards: cards(state, who, &login).await?,
        login,
        next: HERE.to_owned(),
        next_bill: overview.next_bill.as_ref().map(|next| next_bill(next, t)),
        due: overview.due.len(),
        password: PasswordAgain::of(who, can_answer, password),
        missed,
        pay,
        addons,
        older: more.then(|| list.last().map(|invoice| invoice.number)).flatten(),
        first_page: wanted.below.is_none(),
        invoices: rows,
        credit: overview.credit.iter().filter(|credit| credit.cents > 0).map(|credit| t.money(*credit)).collect(),
    })
}

fn next_bill(next: &NextBill, t: &Translator) -> (String, Vec<String>) {
    (t.day(next.on), next.amounts.iter().map(|amount| t.money(*amount)).collect())
}

/// The names of what is installed.
async fn names(state: &AppState, who: &SignedIn) -> Result<BTreeMap<InstallationId, String>, PageError> {
    let views = state.lifecycle.installations(who.desk.id).await.map_err(page_error)?;
    let name = |view: &annex_lifecycle::InstallationView| view.name(who.t.code()).to_owned();
    Ok(views.iter().map(|view| (view.installation.id, name(view))).collect())
}

async fn addon_rows(
    conn: &mut Conn,
    who: &SignedIn,
    overview: &Overview,
    names: &BTreeMap<InstallationId, String>,
) -> Result<Vec<AddonRow>, StoreError> {
    let t = &who.t;
    let next = overview.next_bill.as_ref().map(|next| next.on);
    let seats = Seats::of(conn, who.desk.id).await?;
    let mut rows = Vec::new();
    for one in overview.subscriptions.iter().filter(|one| one.plan.is_paid()) {
        rows.push(AddonRow {
            installation: one.installation,
            name: names.get(&one.installation).cloned().unwrap_or_else(|| one.addon.to_string()),
            plan: one.plan.name.get(t.code()).to_owned(),
            price: price(&one.plan, seats, t),
            licences: licences(conn, who, one).await?,
            renewal: renewal(one, next, seats, t),
            past_due: one.state == SubscriptionState::PastDue,
        });
    }
    Ok(rows)
}

/// Purchased, assigned and unassigned licences of a plan per user that is paid for.
async fn licences(conn: &mut Conn, who: &SignedIn, one: &Subscription) -> Result<Option<(u32, u32, u32)>, StoreError> {
    let Some(licences) = licences_of(one, 0) else { return Ok(None) };
    let using = users::list(conn, who.desk.id, one.installation).await?;
    let assigned = u32::try_from(using.iter().filter(|user| user.counts()).count()).unwrap_or(u32::MAX);
    let licences = Licences { assigned, ..licences };
    Ok(Some((licences.purchased, assigned, licences.unassigned())))
}

fn invoice_row(invoice: &stored::Invoice, lines: &[stored::Line], t: &Translator) -> InvoiceRow {
    InvoiceRow {
        number: invoice.number,
        date: t.date(invoice.created_at),
        what: what(invoice, lines, t),
        total: t.money(invoice.total),
        badge: StateBadge::of(invoice.state),
    }
}

/// An amount in the invoice's currency.
fn money(cents: i64, invoice: &stored::Invoice, t: &Translator) -> String {
    t.money(Money::new(cents, invoice.total.currency))
}
