//! What something costs: the plan that is wanted, how many of it, and what is taken off because it is had already.

use annex_domain::{
    addon::{AddonId, Version},
    billing::{OrderPurpose, SubscriptionState},
    ids::DeskId,
    plan::{Plan, PlanModel},
};
use annex_store::{
    Conn, StoreError,
    billing::{
        invoices::{self, Invoice},
        plans,
        subscriptions::{self, Subscription},
    },
    catalog, operators,
    publishers::organisations,
};

use super::OrderRequest;
use crate::{
    Billing, OrderError,
    held::{self, Held},
    ledger::{self, Quote},
};

/// The most licences that are bought at once.
const MOST_LICENCES: u32 = 100_000;
/// The licences of each plan per user that cost a developer desk nothing.
pub const FREE_LICENCES: u32 = 3;

impl Billing {
    /// The plans of a version: those of its listing, or else of its manifest. None: it is free.
    pub async fn plans(&self, conn: &mut Conn, addon: &AddonId, version: &Version) -> Result<Vec<Plan>, StoreError> {
        if let Some(plans) = plans::of_listing(conn, addon).await? {
            return Ok(plans);
        }
        let row = catalog::version(conn, addon, version).await?;
        Ok(row.map(|row| row.manifest.plans).unwrap_or_default())
    }

    /// What something costs now. To be shown beside the button, and to be handed back with the order.
    ///
    /// # Errors
    /// [`OrderError::NoPlan`] and the like; never about permissions or logins.
    pub async fn quote(&self, desk: DeskId, wanted: &OrderRequest) -> Result<Quote, OrderError> {
        let mut conn = self.db().read().await?;
        Ok(self.quote_in(&mut conn, desk, wanted).await?.1)
    }

    /// The plan as well, and what the installation has already that is taken off the price.
    pub(super) async fn quote_in(
        &self,
        conn: &mut Conn,
        desk: DeskId,
        wanted: &OrderRequest,
    ) -> Result<(Plan, Quote, Option<Held>), OrderError> {
        let bill = self.bill_of(conn, desk).await?;
        let (today, period) = self.today(&bill);
        let least = |plan: &Plan| self.gateway().least(plan.currency);
        if wanted.purpose == OrderPurpose::Licences {
            let of = licensed(conn, desk, wanted).await?;
            let (plan, have, next, added) = (of.plan, of.quantity, of.quantity_next, checked(wanted.quantity)?);
            let free = free_licences(conn, desk, &plan).await?;
            let quote = ledger::more(&plan, have, next, added, free, today, period)?.taken_from(least(&plan));
            return Ok((plan, quote, None));
        }
        // A month that was used is not left behind by buying anew.
        if let Some(invoice) = invoices::unpaid_of_addon(conn, desk, &wanted.addon).await?.first() {
            return Err(unpaid(invoice));
        }
        let plans = self.plans(conn, &wanted.addon, &wanted.version).await?;
        let plan = plans.into_iter().find(|plan| plan.id == wanted.plan && plan.is_paid());
        let plan = plan.ok_or_else(|| OrderError::NoPlan(wanted.plan.to_string()))?;
        let quantity = match plan.model {
            PlanModel::PerUser => checked(wanted.quantity)?,
            PlanModel::PerSeat => seats(conn, desk).await?,
            PlanModel::Flat | PlanModel::OneTime | PlanModel::Free => 1,
        };
        let free = free_licences(conn, desk, &plan).await?;
        let quote = ledger::quote(&plan, quantity, free, today, period)?;
        let of = (wanted.installation, &wanted.addon);
        let held = held::held(conn, desk, of, &bill, today, None).await?;
        let quote = held::net(quote, held.as_ref()).taken_from(least(&plan));
        Ok((plan, quote, held))
    }
}

/// The operators that a plan per seat is billed for.
pub async fn seats(conn: &mut Conn, desk: DeskId) -> Result<u32, StoreError> {
    Ok(u32::try_from(operators::count_active(conn, desk).await?).unwrap_or(u32::MAX))
}

/// How many licences of a plan cost a desk nothing: the first [`FREE_LICENCES`] of every plan per user, where a publisher
/// develops in it (R38).
pub(crate) async fn free_licences(conn: &mut Conn, desk: DeskId, plan: &Plan) -> Result<u32, StoreError> {
    if plan.model != PlanModel::PerUser || organisations::developing_in(conn, desk).await?.is_none() {
        return Ok(0);
    }
    Ok(FREE_LICENCES)
}

fn checked(quantity: u32) -> Result<u32, OrderError> {
    if (1..=MOST_LICENCES).contains(&quantity) { Ok(quantity) } else { Err(OrderError::Quantity(quantity)) }
}

/// The subscription that more licences are bought for.
async fn licensed(conn: &mut Conn, desk: DeskId, wanted: &OrderRequest) -> Result<Subscription, OrderError> {
    let missing = || OrderError::NoPlan(wanted.plan.to_string());
    let installation = wanted.installation.ok_or_else(missing)?;
    let live = subscriptions::live_of(conn, desk, installation).await?.ok_or_else(missing)?;
    match live.state {
        SubscriptionState::Active if live.plan.model == PlanModel::PerUser => Ok(live),
        SubscriptionState::PastDue => {
            let unpaid = invoices::unpaid_of_subscription(conn, desk, live.id).await?;
            Err(unpaid.first().map_or_else(missing, self::unpaid))
        }
        _ => Err(missing()),
    }
}

fn unpaid(invoice: &Invoice) -> OrderError {
    OrderError::Unpaid { invoice: invoice.id, number: invoice.number, amount: invoice.to_take() }
}
