//! What pages and the API show about the money of an installation.

use annex_billing::{entitlement::Standing, ledger::Licences};
use annex_domain::{
    billing::{AttemptState, InvoiceState, LoginRule, OrderPurpose, OrderState, SubscriptionState},
    ids::{DeskId, InstallationId, InvoiceId, OrderId},
    money::Money,
};
use annex_store::{
    Conn, StoreError,
    billing::{
        attempts,
        invoices::{self, Invoice},
        orders::{self, Order},
        subscriptions::{self, Subscription},
    },
    catalog, users,
};

use crate::{
    Ending, Lifecycle, LifecycleError, licences_of,
    terms::{self, Deed, Terms, days_until},
};

/// An invoice that is to be paid by hand (R10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueInvoice {
    /// Its id.
    pub invoice: InvoiceId,
    /// What people know it by.
    pub number: i64,
    /// What was ordered with it; `None`: it is a month's.
    pub order: Option<OrderId>,
    /// What is to be paid: the total less the credit that was used.
    pub amount: Money,
    /// What the bank or the gateway said the last time, as its word and for people.
    pub code: Option<String>,
    /// See `code`.
    pub reason: Option<String>,
    /// Where the payer confirms at their bank, while one asks for it.
    pub action_url: Option<String>,
    /// Where the last try to pay it stands; `None`: no card was asked yet.
    pub last: Option<AttemptState>,
}

impl DueInvoice {
    /// Of an invoice.
    pub(crate) async fn of(conn: &mut Conn, invoice: &Invoice) -> Result<Self, StoreError> {
        let tried = attempts::of_invoice(conn, invoice.id).await?.pop();
        let last = tried.as_ref().map(|tried| tried.state);
        let (mut code, mut reason, mut action_url) = (None, None, None);
        if let Some(tried) = tried {
            // One that was given up may still have its page.
            action_url = tried.action_url.filter(|_| tried.state == AttemptState::ActionRequired);
            (code, reason) = (tried.error_code, tried.error_text);
        }
        let (number, order, amount) = (invoice.number, invoice.order, invoice.to_take());
        Ok(Self { invoice: invoice.id, number, order, amount, code, reason, action_url, last })
    }

    /// True while the money is being taken, such as after the payer confirmed at their bank: nobody has to do anything.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        matches!(self.last, Some(AttemptState::New | AttemptState::Created | AttemptState::Confirming))
    }
}

/// What an installation is had for.
#[derive(Debug, Clone)]
pub struct BillingState {
    /// What can be chosen.
    pub terms: Terms,
    /// The live subscription, or the last one when there is none.
    pub subscription: Option<Subscription>,
    /// Days of its trial that are left, while it is in one (R21).
    pub trial_days_left: Option<u32>,
    /// By its entitlement; `None` where none is needed. Anything but `Valid` is worth a banner.
    pub standing: Option<Standing>,
    /// What is to be paid for it: its order, or a monthly invoice with a line of it.
    pub due: Option<DueInvoice>,
    /// On a plan per user that is paid for.
    pub licences: Option<Licences>,
    /// Who loses it soon.
    pub ending: Option<Ending>,
    /// What was ordered and is not switched on yet.
    pub order: Option<Order>,
}

impl BillingState {
    /// True when there is something to cancel: it is billed every month, or in a trial (R12).
    #[must_use]
    pub fn can_cancel(&self) -> bool {
        self.subscription.as_ref().is_some_and(is_cancellable) || self.order.is_some()
    }

    /// True when cancelling it needs the login to the billing system under `rule` (R5).
    #[must_use]
    pub fn cancel_needs_login(&self, rule: LoginRule) -> bool {
        rule == LoginRule::Always || Deed::cancelling(self.subscription.as_ref(), self.order.is_some()) == Deed::Spends
    }

    /// True when another plan or more licences are ordered and not paid: [`Lifecycle::withdraw_order`] gives them up alone.
    #[must_use]
    pub fn can_withdraw(&self) -> bool {
        self.order.as_ref().is_some_and(|order| order.state == OrderState::Open && is_withdrawable(order))
    }
}

/// True when an order can be given up without the installation that it is for.
pub(crate) fn is_withdrawable(order: &Order) -> bool {
    matches!(order.purpose, OrderPurpose::Plan | OrderPurpose::Licences)
}

/// True while a subscription is billed every month, or tried.
pub(crate) fn is_cancellable(subscription: &Subscription) -> bool {
    match subscription.state {
        SubscriptionState::Ended => false,
        SubscriptionState::Trialing => true,
        SubscriptionState::Active | SubscriptionState::PastDue => subscription.plan.model.is_monthly(),
    }
}

impl Lifecycle {
    /// What an installation is had for, and what is to be paid for it.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`].
    pub async fn billing_state(&self, desk: DeskId, id: InstallationId) -> Result<BillingState, LifecycleError> {
        let now = self.clock.now();
        let installation = self.installation(desk, id).await?.installation;
        let row = catalog::known_version(&self.db, &installation.addon, &installation.version).await?;
        let row = row.ok_or(LifecycleError::NotFound("version"))?;
        let standing = self.known_standing(desk, id).await?;
        let mut conn = self.db.read().await?;
        let terms = terms::terms_of(&mut conn, desk, &row, now).await?;
        let subscription = subscriptions::last_of(&mut conn, desk, id).await?;
        let order = orders::live_of(&mut conn, desk, id).await?;
        let due = due(&mut conn, desk, subscription.as_ref(), order.as_ref()).await?;
        let trial_days_left = subscription
            .as_ref()
            .filter(|subscription| subscription.state == SubscriptionState::Trialing)
            .and_then(|subscription| subscription.trial_ends_at)
            .map(|end| days_until(end, now));
        drop(conn);
        let (licences, ending) = match &subscription {
            Some(one) => {
                let all = users::known_list(&self.db, desk, id).await?;
                let using = u32::try_from(all.iter().filter(|user| user.counts()).count()).unwrap_or(u32::MAX);
                (licences_of(one, using), Ending::of(one, &all))
            }
            None => (None, None),
        };
        Ok(BillingState { terms, subscription, trial_days_left, standing, due, licences, ending, order })
    }
}

/// The first invoice that is to be paid for an installation.
async fn due(
    conn: &mut Conn,
    desk: DeskId,
    subscription: Option<&Subscription>,
    order: Option<&Order>,
) -> Result<Option<DueInvoice>, StoreError> {
    if let Some(order) = order
        && let Some(invoice) = invoices::of_order(conn, desk, order.id).await?
        && invoice.state == InvoiceState::Due
    {
        return DueInvoice::of(conn, &invoice).await.map(Some);
    }
    let Some(subscription) = subscription else { return Ok(None) };
    let unpaid = invoices::unpaid_of_subscription(conn, desk, subscription.id).await?;
    match unpaid.iter().find(|invoice| invoice.state == InvoiceState::Due) {
        Some(invoice) => DueInvoice::of(conn, invoice).await.map(Some),
        None => Ok(None),
    }
}
