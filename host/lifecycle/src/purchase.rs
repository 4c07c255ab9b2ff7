//! Plans and licences of an installation that there is (R22, R23, R25): bought, tried, added, reduced.
//!
//! ```text
//! record  one transaction: the order with its frozen price and the users who were chosen, the saga, the audit row
//! charge  what was ordered; declined: the invoice is due, nothing else changes, and the saga ends   undo: released
//! apply   one transaction: subscription, users, status, entitlement, audit row, outbox, mail
//! ```
//! When the due invoice is paid, on whatever day, [`crate::fulfil`] starts the saga again with the same order. Until `apply`
//! everything stays as it was, so an upgrade that does not come about costs nobody anything.

use std::{collections::BTreeSet, time::Duration};

use annex_billing::{NewOrder, OrderError, orders::is_charged_to};
use annex_domain::{
    addon::AddonId,
    audit::Action,
    billing::{InvoiceState, OrderPurpose, OrderState, SubscriptionState},
    clock::Timestamp,
    ids::{DeskId, InstallationId, OperatorId, OrderId, PaymentMethodId},
    installation::{Installation, NotAllowed, Status},
    mail::MailFacts,
    money::Money,
    operator::Actor,
    plan::{Plan, PlanModel},
};
use annex_store::{
    Tx, audit, billing,
    billing::{
        invoices,
        orders::{self, Order},
        subscriptions::{self, Subscription},
    },
    installations, outbox,
    users::Ticks,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Lifecycle, LifecycleError, UsersChange,
    billing_state::DueInvoice,
    letters,
    publisher_events::happened,
    saga::{self, StepError},
    subscribe::{self, Funding},
    terms::{self, Choice, Deed, Settled},
    users::{KeptUsers, apply_users},
};

mod bank;
mod licences;
mod steps;
mod withdraw;

pub use self::licences::MoreLicences;

/// How often a waiting page looks, in case another node does the work.
const LOOK: Duration = Duration::from_millis(250);

/// A choice that was taken in.
#[derive(Debug, Clone)]
pub struct Purchased {
    /// The installation as it is now.
    pub installation: Installation,
    /// What is being charged; [`Lifecycle::wait_order`] tells how it goes. `None`: nothing was to be paid, and it is done.
    pub order: Option<OrderId>,
}

/// What became of an order so far.
#[derive(Debug, Clone, PartialEq)]
pub enum OrderEnd {
    /// Paid, and what was bought runs.
    Fulfilled,
    /// To be paid by hand (R10); it goes on by itself then.
    Due(DueInvoice),
    /// Given up or paid back; the notice of the installation says why.
    GivenUp,
    /// Not known yet.
    UnderWay,
}

/// The saga's parameters.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Purchase {
    pub(crate) addon: AddonId,
    pub(crate) order: OrderId,
    pub(crate) purpose: OrderPurpose,
    pub(crate) by: OperatorId,
}

/// What is to be ordered for an installation.
struct Wish<'a> {
    purpose: OrderPurpose,
    plan: &'a Plan,
    quantity: u32,
    shown: Option<Money>,
    shown_renewal: Option<Money>,
    method: Option<PaymentMethodId>,
    shown_of_card: Option<Money>,
    users: Option<&'a UsersChange>,
    key: Option<&'a str>,
    by: OperatorId,
}

impl Lifecycle {
    /// Chooses a plan for an installation: during or after its trial, after a cancel, or another one than it is on. Licences
    /// and users are reset and chosen anew (R23); the person who installed the add-on stays.
    ///
    /// # Errors
    /// As [`Self::install`]; [`LifecycleError::SamePlan`]; [`LifecycleError::NotAllowed`] while it is being changed or its
    /// payment is due.
    pub async fn choose_plan(
        &self,
        desk: DeskId,
        id: InstallationId,
        choice: Choice,
        users: Option<UsersChange>,
        by: OperatorId,
        key: Option<&str>,
    ) -> Result<Purchased, LifecycleError> {
        let installation = self.stored(desk, id).await?;
        let row = self.current_version(&installation).await?;
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        billing::lock(&mut tx, desk).await?;
        let same = |order: &Order| {
            let wanted = !choice.trial && (order.purpose, &order.plan.id) == (OrderPurpose::Plan, &choice.plan);
            let counted = order.plan.model == PlanModel::PerUser;
            let quantity = || asked(&installation, &order.plan, &choice, users.as_ref());
            let wanted = wanted && is_charged_to(order, choice.method);
            wanted && (!counted || quantity().is_ok_and(|quantity| quantity == order.quantity))
        };
        if let Some(repeated) = repeated(&mut tx, &installation, key, same).await? {
            return Ok(repeated);
        }
        let installation =
            installations::get(&mut tx, desk, id).await?.ok_or(LifecycleError::NotFound("installation"))?;
        can_be_bought(&installation)?;
        let terms = terms::terms_of(&mut tx, desk, &row, now).await?;
        let settled = terms::settle(&terms, Some(&choice))?;
        self.check_login(&mut tx, desk, Deed::buying(&settled)).await?;
        let live = subscriptions::live_of(&mut tx, desk, id).await?;
        if live.as_ref().is_some_and(|live| live.plan.id == choice.plan && is_kept(live, &settled)) {
            return Err(LifecycleError::SamePlan);
        }
        let pays = |live: &Subscription| live.plan.is_paid() && live.state != SubscriptionState::Trialing;
        if matches!(settled, Settled::Trial(_)) && live.as_ref().is_some_and(pays) {
            return Err(LifecycleError::NoTrial); // what is paid for is not given up for a trial by mistake
        }
        match settled {
            Settled::Paid(plan) => {
                let quantity = asked(&installation, &plan, &choice, users.as_ref())?;
                let wish = Wish {
                    purpose: OrderPurpose::Plan,
                    plan: &plan,
                    quantity,
                    shown: choice.shown,
                    shown_renewal: choice.shown_renewal,
                    method: choice.method,
                    shown_of_card: choice.shown_of_card,
                    users: users.as_ref(),
                    key,
                    by,
                };
                self.order(tx, installation, wish).await
            }
            Settled::Trial(plan) => self.begin_on(tx, installation, Funding::Trial(plan), users, by).await,
            Settled::FreePlan(plan) => self.begin_on(tx, installation, Funding::Free(plan), users, by).await,
            Settled::Free => Err(LifecycleError::PlanNeeded),
        }
    }

    /// Waits until an order is fulfilled, due or given up, or the time is up.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`]; when the database fails.
    pub async fn wait_order(
        &self,
        desk: DeskId,
        order: OrderId,
        longest: Duration,
    ) -> Result<OrderEnd, LifecycleError> {
        let deadline = tokio::time::Instant::now() + longest;
        loop {
            let settled = self.settled.notified();
            tokio::pin!(settled);
            settled.as_mut().enable();
            let end = self.order_end(desk, order).await?;
            if end != OrderEnd::UnderWay || tokio::time::Instant::now() >= deadline {
                return Ok(end);
            }
            tokio::select! {
                () = &mut settled => {}
                () = tokio::time::sleep(LOOK) => {}
                () = tokio::time::sleep_until(deadline) => {}
            }
        }
    }

    async fn order_end(&self, desk: DeskId, order: OrderId) -> Result<OrderEnd, LifecycleError> {
        let mut conn = self.db.read().await?;
        let order = orders::get(&mut conn, desk, order).await?;
        Ok(match order.state {
            OrderState::Fulfilled => OrderEnd::Fulfilled,
            OrderState::Cancelled | OrderState::Refunded => OrderEnd::GivenUp,
            OrderState::Paid => OrderEnd::UnderWay,
            OrderState::Open => match invoices::of_order(&mut conn, desk, order.id).await? {
                Some(invoice) if invoice.state == InvoiceState::Due => {
                    OrderEnd::Due(DueInvoice::of(&mut conn, &invoice).await?)
                }
                _ => OrderEnd::UnderWay,
            },
        })
    }

    /// Records an order and its saga.
    async fn order(&self, mut tx: Tx, installation: Installation, wish: Wish<'_>) -> Result<Purchased, LifecycleError> {
        let (desk, id, now) = (installation.desk, installation.id, self.clock.now());
        let (purpose, by) = (wish.purpose, wish.by);
        if let Some(users) = wish.users {
            users.check(&mut tx, desk).await?;
        }
        let new = NewOrder {
            desk,
            installation: id,
            addon: installation.addon.clone(),
            version: installation.version.clone(),
            plan: wish.plan.id.clone(),
            quantity: wish.quantity,
            purpose,
            shown: wish.shown,
            shown_renewal: wish.shown_renewal,
            method: wish.method,
            shown_of_card: wish.shown_of_card,
            by,
            key: wish.key.map(Into::into),
            details: json!({ "users": wish.users.map(KeptUsers::from) }),
        };
        let order = self.billing.order_in(&mut tx, &new).await?;
        let detail = json!({ "installation": id, "order": order.id, "plan": wish.plan.id, "quantity": order.quantity,
            "amount": order.amount });
        let action = if purpose == OrderPurpose::Licences { Action::AddonBuyLicences } else { Action::AddonChoosePlan };
        let addon = installation.addon.as_str();
        audit::append(&mut tx, desk, Actor::Operator(by), action, addon, &detail, now).await?;
        let params = Purchase { addon: installation.addon.clone(), order: order.id, purpose, by };
        saga::start(self, tx, desk, id, &params).await?;
        Ok(Purchased { installation, order: Some(order.id) })
    }

    /// Switches to a trial or a free plan: nothing is to be paid, so one transaction does it.
    async fn begin_on(
        &self,
        mut tx: Tx,
        installation: Installation,
        funding: Funding,
        users: Option<UsersChange>,
        by: OperatorId,
    ) -> Result<Purchased, LifecycleError> {
        let now = self.clock.now();
        let users = users.unwrap_or_default();
        apply_users(&mut tx, &installation, &users, now).await?;
        let was = subscriptions::live_of(&mut tx, installation.desk, installation.id).await?;
        let begun = subscribe::begin(self, &mut tx, &installation, &funding, now).await.map_err(into_error)?;
        let installation = switch_on(&mut tx, installation, now).await?;
        if let Some(begun) = &begun {
            let key = format!("plan:{}", begun.id);
            note_plan(&mut tx, &installation, was.as_ref(), begun, by, key, now).await?;
        }
        tx.commit().await?;
        Ok(Purchased { installation, order: None })
    }
}

/// The answer to a request that was taken in before. A key that was used for something else is refused.
async fn repeated(
    tx: &mut Tx,
    installation: &Installation,
    key: Option<&str>,
    same: impl FnOnce(&Order) -> bool,
) -> Result<Option<Purchased>, LifecycleError> {
    let Some(key) = key else { return Ok(None) };
    let Some(known) = orders::by_key(tx, installation.desk, key).await? else { return Ok(None) };
    if known.installation != installation.id || !same(&known) {
        return Err(OrderError::KeyReused.into());
    }
    Ok(Some(Purchased { installation: installation.clone(), order: Some(known.id) }))
}

fn can_be_bought(installation: &Installation) -> Result<(), LifecycleError> {
    match installation.status {
        Status::Active | Status::Inactive | Status::Suspended | Status::TrialExpired | Status::Cancelled => Ok(()),
        status => Err(NotAllowed { status, action: "get another plan" }.into()),
    }
}

/// True when a subscription goes on as it is: only the way from a trial to being paid leads on within one plan.
fn is_kept(live: &Subscription, settled: &Settled) -> bool {
    live.state != SubscriptionState::Trialing || !matches!(settled, Settled::Paid(_))
}

/// The licences that a plan is bought with: as many as were asked for, and one for each user at least.
fn asked(
    installation: &Installation,
    plan: &Plan,
    choice: &Choice,
    users: Option<&UsersChange>,
) -> Result<u32, LifecycleError> {
    if plan.model != PlanModel::PerUser {
        return Ok(1);
    }
    let chosen = chosen(installation, users);
    let users = u32::try_from(chosen.len()).unwrap_or(u32::MAX).max(1);
    match choice.licences {
        Some(licences) if licences < users => Err(LifecycleError::TooFewLicences { licences, users }),
        Some(licences) => Ok(licences),
        None => Ok(users),
    }
}

/// Who is chosen for a plan per user: it starts afresh with the person who installed the add-on (R23).
fn chosen(installation: &Installation, users: Option<&UsersChange>) -> BTreeSet<OperatorId> {
    let mut chosen = match users.and_then(|users| users.ticks.clone()) {
        Some(Ticks::Exactly(exactly)) => exactly,
        Some(Ticks::Change { add, .. }) => add,
        None => BTreeSet::new(),
    };
    chosen.insert(installation.installed_by);
    chosen
}

fn into_error(error: StepError) -> LifecycleError {
    match error {
        StepError::Final { code: "no-trial", .. } => LifecycleError::NoTrial,
        StepError::Final { .. } | StepError::Later(_) | StepError::Waits | StepError::Lost => LifecycleError::Conflict,
    }
}

/// Active again; a suspended or failed one keeps its status, because money does not repair it.
async fn switch_on(tx: &mut Tx, installation: Installation, now: Timestamp) -> Result<Installation, LifecycleError> {
    if matches!(installation.status, Status::Suspended | Status::FailedUpdate | Status::Active) {
        return Ok(installation);
    }
    let on = installation.purchased(now)?;
    installations::save(tx, &on).await?;
    Ok(on)
}

/// What is written whenever an installation gets another plan than it `was` on, or more licences.
async fn note_plan(
    tx: &mut Tx,
    installation: &Installation,
    was: Option<&Subscription>,
    of: &Subscription,
    by: OperatorId,
    key: String,
    now: Timestamp,
) -> Result<(), LifecycleError> {
    let detail = json!({ "addon": installation.addon, "installation": installation.id, "plan": of.plan.id,
        "quantity": of.quantity, "trial": of.state == SubscriptionState::Trialing, "by": by });
    let (desk, addon) = (installation.desk, installation.addon.as_str());
    audit::append(tx, desk, Actor::System, Action::AddonPlan, addon, &detail, now).await?;
    outbox::put(tx, desk, installation.id, "app.plan-changed", &detail, now).await?;
    happened::bought(tx, installation, was, of, by, now).await?;
    let facts = MailFacts::PlanChanged {
        addon: letters::addon(tx, installation).await?,
        plan: letters::plan(of),
        quantity_next: of.quantity_next,
    };
    Ok(letters::put(tx, installation, by, key, &facts, now).await?)
}
