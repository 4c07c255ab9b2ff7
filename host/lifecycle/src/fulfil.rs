//! What was due and is paid, on whatever day and however: what was bought is switched on, once (R10).
//!
//! Both jobs are enqueued by billing in the transaction that writes the money down, so neither a crash nor a long time
//! without a host loses them.

use annex_billing::BillingError;
use annex_domain::{
    audit::Action,
    billing::{OrderPurpose, OrderState, SubscriptionState},
    ids::{DeskId, InvoiceId, OrderId},
    installation::Status,
    operator::Actor,
};
use annex_store::{
    StoreError, Tx, audit,
    billing::{
        self, invoices,
        orders::{self, Order},
        subscriptions,
    },
    installations,
    jobs::{self, Job},
    outbox, provisioning, sagas,
};
use serde::de::DeserializeOwned;
use serde_json::json;
use std::time::Duration;

use crate::{
    Lifecycle, LifecycleError, chores,
    install::Install,
    purchase::Purchase,
    saga::{self, describe},
    subscribe::Funding,
};

/// How soon a job looks again while an operation of the installation is under way.
const SOON: Duration = Duration::from_secs(1);
/// The same while that operation waits for people.
const LATER: Duration = Duration::from_secs(60);

impl Lifecycle {
    /// Runs a job [`annex_billing::settle::FULFIL_ORDER`].
    pub(crate) async fn fulfil(&self, job: &Job) -> Result<(), StoreError> {
        let Some((desk, order)) = subject::<OrderId>(job, "order") else {
            return self.give_up(job, "the job names no order").await;
        };
        let order = match orders::get(&mut self.db.read().await?, desk, order).await {
            Err(StoreError::NotFound(_)) => return self.finish_job(job).await,
            other => other?,
        };
        if order.state != OrderState::Paid {
            return self.finish_job(job).await; // a saga was faster, or the money went back
        }
        match self.go_on(job, &order).await {
            Ok(true) => Ok(()),
            Ok(false) => self.pay_back(job, &order).await,
            Err(LifecycleError::Conflict) => self.again_soon(job, &order).await,
            Err(LifecycleError::Store(error)) => Err(error),
            Err(error) => self.try_later(job, &describe(&error), None).await,
        }
    }

    /// Starts the saga that uses what was paid, in the transaction that ends the job. False: there is no use for it.
    async fn go_on(&self, job: &Job, order: &Order) -> Result<bool, LifecycleError> {
        let (desk, id, now) = (order.desk, order.installation, self.clock.now());
        let mut tx = self.db.begin().await?;
        let Some(installation) = installations::get(&mut tx, desk, id).await? else { return Ok(false) };
        if sagas::live(&mut tx, desk, id).await?.is_some() {
            return Err(LifecycleError::Conflict);
        }
        match order.purpose {
            OrderPurpose::Install => {
                if installation.status != Status::PaymentDue {
                    return Ok(false);
                }
                let params = Install {
                    addon: order.addon.clone(),
                    kind: installation.kind,
                    version: installation.version.clone(),
                    by: order.ordered_by,
                    funding: Funding::Order(order.id),
                };
                installations::save(&mut tx, &installation.payment_made(now)?).await?;
                note(&mut tx, order, now).await?;
                jobs::finish(&mut tx, job).await?;
                saga::start(self, tx, desk, id, &params).await?;
            }
            OrderPurpose::Plan | OrderPurpose::Licences => {
                if installation.status == Status::Uninstalling {
                    return Ok(false);
                }
                let (addon, purpose, by) = (order.addon.clone(), order.purpose, order.ordered_by);
                let params = Purchase { addon, order: order.id, purpose, by };
                note(&mut tx, order, now).await?;
                jobs::finish(&mut tx, job).await?;
                saga::start(self, tx, desk, id, &params).await?;
            }
        }
        Ok(true)
    }

    /// Nobody can use what was paid: the money goes back.
    async fn pay_back(&self, job: &Job, order: &Order) -> Result<(), StoreError> {
        match self.billing.release(order.desk, order.id, "not-installed").await {
            Ok(()) => self.finish_job(job).await,
            Err(BillingError::Store(error)) => Err(error),
            Err(error) => self.try_later(job, &describe(&error), None).await,
        }
    }

    async fn again_soon(&self, job: &Job, order: &Order) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let waits = provisioning::waits_until(&mut tx, order.desk, order.installation).await?.is_some();
        let pause = if waits { LATER } else { SOON };
        jobs::retry(&mut tx, job, "an operation of the add-on is under way", now.after(pause), now).await?;
        tx.commit().await
    }

    /// Runs a job [`annex_billing::settle::RENEWAL_PAID`].
    pub(crate) async fn renewal_paid(&self, job: &Job) -> Result<(), StoreError> {
        let Some((desk, invoice)) = subject::<InvoiceId>(job, "invoice") else {
            return self.give_up(job, "the job names no invoice").await;
        };
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        billing::lock(&mut tx, desk).await?; // nothing is cancelled between the look and the entitlement
        let mut switched = Vec::new();
        for line in invoices::lines(&mut tx, desk, invoice).await? {
            let Some(live) = subscriptions::live_of(&mut tx, desk, line.installation).await? else { continue };
            if line.subscription != Some(live.id) || live.state != SubscriptionState::Active {
                continue;
            }
            self.entitle(&mut tx, &live, now).await?;
            let found = installations::get(&mut tx, desk, line.installation).await?;
            let Some(stopped) = found.filter(|found| found.status == Status::PaymentDue) else { continue };
            let Ok(on) = stopped.purchased(now) else { continue };
            installations::save(&mut tx, &on).await?;
            switched.push(on);
        }
        for on in switched {
            let detail = json!({ "installation": on.id, "invoice": invoice });
            audit::append(&mut tx, desk, Actor::System, Action::AddonPaid, on.addon.as_str(), &detail, now).await?;
            outbox::put(&mut tx, desk, on.id, "app.paid", &detail, now).await?;
        }
        // What may be open since then is charged now.
        jobs::enqueue(&mut tx, chores::bill_at(desk, now), now).await?;
        jobs::finish(&mut tx, job).await?;
        tx.commit().await
    }
}

async fn note(tx: &mut Tx, order: &Order, now: annex_domain::clock::Timestamp) -> Result<(), StoreError> {
    let detail = json!({ "installation": order.installation, "order": order.id, "amount": order.amount });
    audit::append(tx, order.desk, Actor::System, Action::AddonPaid, order.addon.as_str(), &detail, now).await
}

/// The desk of a job, and what it is about.
fn subject<T: DeserializeOwned>(job: &Job, field: &str) -> Option<(DeskId, T)> {
    let desk = job.desk.or_else(|| serde_json::from_value(job.payload.get("desk")?.clone()).ok())?;
    Some((desk, serde_json::from_value(job.payload.get(field)?.clone()).ok()?))
}
