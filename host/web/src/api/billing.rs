//! What a desk pays: the bill at a glance, invoices and paying them, the statement, cards, subscriptions, orders; and what
//! add-ons cost. This file has the shapes that the endpoints share; each group of endpoints has its own.
//!
//! Reading what belongs to the desk needs no login to the billing system; cards and paying do (R5), and with the wrong
//! account nothing can be done (R6). Buying is in [`super::installations`].

mod errors;
mod invoices;
mod mails;
mod methods;
mod overview;
mod plans;
mod statement;
mod subscriptions;

use annex_billing::{Due as DomainDue, DueWhy};
use annex_domain::{
    addon::AddonId,
    ids::{InstallationId, OrderId, SubscriptionId},
    money::Money as DomainMoney,
    plan::{Plan as DomainPlan, PlanId},
};
use annex_store::billing::{
    accounts::Account, orders::Order as DomainOrder, subscriptions::Subscription as DomainSubscription,
};
use axum::http::StatusCode;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

pub(crate) use self::{methods::too_many, plans::AddonPlans};
use super::{
    amounts::{DueInvoice, Money},
    problem::Problem,
    user::ApiUser,
    wire::{OrderPurpose, OrderState, PlanModel, SubscriptionState, Time},
};
use crate::{prices::Seats, state::AppState};

/// The endpoints of this folder.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(overview::routes())
        .merge(invoices::routes())
        .merge(statement::routes())
        .merge(methods::routes())
        .merge(subscriptions::routes())
        .merge(plans::routes())
        .merge(mails::routes())
}

/// A way to pay for an add-on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Plan {
    /// Its name within the add-on.
    #[schema(value_type = String, example = "team")]
    id: PlanId,
    /// In the caller's language where the publisher supplied it.
    name: String,
    #[schema(required)]
    summary: Option<String>,
    model: PlanModel,
    /// For one user or seat, or as a whole; each month, or once.
    price: Money,
    /// Of a plan per seat: the seats that the desk has today, its active operators.
    #[schema(required)]
    seats_today: Option<u32>,
    /// Of a plan per seat: what those cost each month.
    #[schema(required)]
    monthly_today: Option<Money>,
    /// How many days a desk can try it that has not yet; 0: it has to be bought.
    trial_days: u16,
}

/// What an installation pays for, has paid for once, or tries.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Subscription {
    #[schema(value_type = String, format = "uuid")]
    id: SubscriptionId,
    #[schema(value_type = String, format = "uuid")]
    installation: InstallationId,
    #[schema(value_type = String, example = "acme.contact-sync")]
    addon: AddonId,
    state: SubscriptionState,
    /// As it was when it was bought.
    plan: Plan,
    /// Licences or seats; 1 where there are none.
    quantity: u32,
    /// The licences from the next period on, when they were reduced.
    #[schema(required)]
    quantity_next: Option<u32>,
    /// The first day that is not paid for; null for trials and what was paid once.
    #[schema(required, value_type = Option<String>, format = "date")]
    paid_through: Option<Date>,
    #[schema(required)]
    trial_ends_at: Option<Time>,
    #[schema(required)]
    ended_at: Option<Time>,
    created_at: Time,
}

/// Something that was bought.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Order {
    #[schema(value_type = String, format = "uuid")]
    id: OrderId,
    #[schema(value_type = String, format = "uuid")]
    installation: InstallationId,
    #[schema(value_type = String, example = "acme.contact-sync")]
    addon: AddonId,
    version: String,
    purpose: OrderPurpose,
    state: OrderState,
    plan: Plan,
    /// Licences or seats; for the purpose `licences` those that are added.
    quantity: u32,
    /// What it costs, for the period.
    amount: Money,
    /// The first day that it pays for.
    #[schema(value_type = String, format = "date")]
    period_from: Date,
    /// The first day that it does not pay for; null for what is paid once.
    #[schema(required, value_type = Option<String>, format = "date")]
    period_to: Option<Date>,
    created_at: Time,
}

impl DueInvoice {
    /// 402: `action-required` while the bank asks for a confirmation, else `payment-due`.
    pub(crate) fn problem(self) -> Problem {
        let (number, amount) = (self.number, DomainMoney::from(self.amount));
        let (code, detail) = match (&self.action_url, &self.reason) {
            (Some(url), _) => {
                let detail =
                    format!("the bank wants the payment of {amount} for invoice {number} to be confirmed at {url}");
                ("action-required", detail)
            }
            (None, Some(reason)) => {
                ("payment-due", format!("invoice {number} for {amount} is due; the last attempt failed: {reason}"))
            }
            (None, None) => ("payment-due", format!("invoice {number} for {amount} is due")),
        };
        Problem::new(StatusCode::PAYMENT_REQUIRED, code, detail).with_invoice(self)
    }
}

impl From<DomainDue> for Problem {
    fn from(due: DomainDue) -> Self {
        let plain = DueInvoice::plain(due.invoice, due.number, due.amount);
        match due.why {
            DueWhy::NoMethod => {
                let detail = format!(
                    "invoice {} for {} is due, and the account has no card: add one at the address that \
                     POST /billing/methods/set-up answers",
                    due.number, due.amount
                );
                Self::new(StatusCode::PAYMENT_REQUIRED, "no-payment-method", detail).with_invoice(plain)
            }
            DueWhy::Declined { text, .. } => DueInvoice { reason: Some(text), ..plain }.problem(),
            DueWhy::Action { url } => DueInvoice { action_url: Some(url.into()), ..plain }.problem(),
        }
    }
}

impl Plan {
    /// In `locale`, as far as the publisher wrote it.
    pub(crate) fn new(plan: &DomainPlan, seats: Seats, locale: &str) -> Self {
        let monthly = seats.month(plan);
        Self {
            seats_today: monthly.map(|_| seats.0),
            monthly_today: monthly.map(Money::from),
            id: plan.id.clone(),
            name: plan.name.get(locale).to_owned(),
            summary: plan.summary.as_ref().map(|summary| summary.get(locale).to_owned()),
            model: plan.model.into(),
            price: plan.unit_price().into(),
            trial_days: plan.trial(),
        }
    }
}

impl Subscription {
    /// In `locale`, as far as the publisher wrote it.
    pub(crate) fn new(of: &DomainSubscription, seats: Seats, locale: &str) -> Self {
        Self {
            id: of.id,
            installation: of.installation,
            addon: of.addon.clone(),
            state: of.state.into(),
            plan: Plan::new(&of.plan, seats, locale),
            quantity: of.quantity,
            quantity_next: of.quantity_next,
            paid_through: of.paid_through,
            trial_ends_at: of.trial_ends_at.map(Time::from),
            ended_at: of.ended_at.map(Time::from),
            created_at: of.created_at.into(),
        }
    }
}

impl Order {
    /// In `locale`, as far as the publisher wrote it.
    pub(crate) fn new(order: &DomainOrder, seats: Seats, locale: &str) -> Self {
        Self {
            id: order.id,
            installation: order.installation,
            addon: order.addon.clone(),
            version: order.version.to_string(),
            purpose: order.purpose.into(),
            state: order.state.into(),
            plan: Plan::new(&order.plan, seats, locale),
            quantity: order.quantity,
            amount: order.amount.into(),
            period_from: order.period_from,
            period_to: order.period_to,
            created_at: order.created_at.into(),
        }
    }
}

/// The account that pays for the desk. Without the right login there is none (R5, R6).
async fn account(state: &AppState, user: &ApiUser) -> Result<Account, Problem> {
    Ok(state.lifecycle.billing().standing(user.desk()).await?.ready()?)
}
