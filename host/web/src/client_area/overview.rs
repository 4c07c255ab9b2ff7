//! The first page of the client area: the desks whose licence the account holds, what each of them pays for, its credit,
//! and what waits to be paid.

use std::collections::BTreeMap;

use annex_domain::{
    addon::AddonId,
    billing::{InvoiceState, LedgerAccount, SubscriptionState},
    money::Money,
    operator::Desk,
    plan::PlanModel,
    ui::Tone,
};
use annex_store::{
    Conn, StoreError,
    billing::{
        desks as bills, entries,
        invoices::{self, Filter, Invoice},
        subscriptions::{self, Subscription},
    },
    catalog,
};
use askama::Template;
use axum::{Router, extract::State, routing::get};

use super::{
    area::{Area, AreaSection},
    session::Payer,
};
use crate::{
    error::PageResult,
    i18n::Translator,
    prices::{Seats, price},
    shell::{Shell, page},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/client-area", get(show))
}

#[derive(Template)]
#[template(path = "client_area/overview.html")]
pub(super) struct OverviewPage {
    pub(super) shell: Shell,
    pub(super) area: Area,
    pub(super) due: Vec<DueRow>,
    pub(super) desks: Vec<DeskRow>,
}

/// An invoice that waits to be paid.
pub(super) struct DueRow {
    pub(super) path: String,
    pub(super) number: i64,
    pub(super) desk: String,
    pub(super) amount: String,
}

/// A desk, and what it pays for.
pub(super) struct DeskRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) credit: Vec<String>,
    /// The day that the next monthly invoice is made out.
    pub(super) next_bill: Option<String>,
    pub(super) subscriptions: Vec<SubscriptionRow>,
}

/// What is paid for.
pub(super) struct SubscriptionRow {
    pub(super) addon: String,
    pub(super) plan: String,
    pub(super) price: String,
    pub(super) quantity: Option<u32>,
    pub(super) state: String,
    pub(super) tone: Tone,
    pub(super) until: String,
}

async fn show(State(state): State<AppState>, payer: Payer) -> PageResult {
    let mut conn = state.db.read().await?;
    let filter = Filter { state: Some(InvoiceState::Due), ..Filter::default() };
    let due = invoices::of_account(&mut conn, payer.account.id, filter).await?;
    let due = due.iter().map(|invoice| due_row(&payer, invoice)).collect();
    let mut names = Names::default();
    let mut rows = Vec::new();
    for desk in &payer.desks {
        rows.push(desk_row(&mut conn, &payer.t, desk, &mut names).await?);
    }
    drop(conn);
    page(&OverviewPage {
        shell: payer.shell("client-overview-title"),
        area: payer.area(AreaSection::Overview),
        due,
        desks: rows,
    })
}

fn due_row(payer: &Payer, invoice: &Invoice) -> DueRow {
    DueRow {
        path: format!("/client-area/invoices/{}", invoice.id),
        number: invoice.number,
        desk: payer.desk_name(invoice.desk).to_owned(),
        amount: payer.t.money(invoice.to_take()),
    }
}

async fn desk_row(conn: &mut Conn, t: &Translator, desk: &Desk, names: &mut Names) -> Result<DeskRow, StoreError> {
    let credit = entries::balances(conn, desk.id, LedgerAccount::Credit).await?;
    // Credit is what is owed to the desk: a negative balance.
    let credit = credit.into_iter().filter(|(_, cents)| *cents < 0);
    let credit = credit.map(|(currency, cents)| t.money(Money::new(-cents, currency))).collect();
    let live = subscriptions::list(conn, desk.id).await?;
    let monthly = live.iter().any(|one| one.paid_through.is_some());
    let bill = bills::get(conn, desk.id).await?.filter(|_| monthly);
    let seats = Seats::of(conn, desk.id).await?;
    let mut rows = Vec::new();
    for subscription in &live {
        let addon = names.of(conn, &subscription.addon, t.code()).await?;
        rows.push(subscription_row(t, subscription, addon, seats));
    }
    Ok(DeskRow {
        id: desk.id.to_string(),
        name: desk.name.clone(),
        credit,
        next_bill: bill.map(|bill| t.day(bill.next_bill_on)),
        subscriptions: rows,
    })
}

fn subscription_row(t: &Translator, subscription: &Subscription, addon: String, seats: Seats) -> SubscriptionRow {
    let plan = &subscription.plan;
    let (state, tone) = match subscription.state {
        SubscriptionState::Trialing => (t.get("client-subscription-trialing"), Tone::Info),
        SubscriptionState::Active => (t.get("client-subscription-active"), Tone::Success),
        SubscriptionState::PastDue => (t.get("client-subscription-past-due"), Tone::Warning),
        SubscriptionState::Ended => (t.get("client-subscription-ended"), Tone::Neutral),
    };
    let until = match (subscription.paid_through, subscription.trial_ends_at) {
        (_, Some(at)) if subscription.state == SubscriptionState::Trialing => {
            t.msg("client-subscription-trial-until").arg("day", t.date(at)).to_string()
        }
        (Some(day), _) => t.msg("client-subscription-renews").arg("day", t.day(day)).to_string(),
        (None, _) => t.get("client-subscription-once"),
    };
    let counted = matches!(plan.model, PlanModel::PerUser | PlanModel::PerSeat);
    SubscriptionRow {
        addon,
        plan: plan.name.get(t.code()).to_owned(),
        price: price(plan, seats, t),
        quantity: counted.then_some(subscription.quantity),
        state,
        tone,
        until,
    }
}

/// Names of add-ons, each looked up once.
#[derive(Default)]
pub(super) struct Names(BTreeMap<AddonId, String>);

impl Names {
    /// The name of an add-on as its newest version says it; its id when the catalog has none.
    pub(super) async fn of(&mut self, conn: &mut Conn, addon: &AddonId, locale: &str) -> Result<String, StoreError> {
        if let Some(name) = self.0.get(addon) {
            return Ok(name.clone());
        }
        let row = catalog::shown(conn, addon).await?;
        let name = row.map_or_else(|| addon.to_string(), |row| row.manifest.listing.name.get(locale).to_owned());
        self.0.insert(addon.clone(), name.clone());
        Ok(name)
    }
}
