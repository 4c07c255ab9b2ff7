//! More licences, and fewer (R25, R26).

use annex_billing::{
    ledger::{LicenceError, Licences},
    orders::is_charged_to,
};
use annex_domain::{
    addon::Kind,
    audit::Action,
    billing::{OrderPurpose, SubscriptionState},
    ids::{DeskId, InstallationId, OperatorId, PaymentMethodId},
    installation::Installation,
    mail::MailFacts,
    money::Money,
    operator::Actor,
    plan::PlanModel,
};
use annex_store::{
    Tx, audit, billing,
    billing::{
        orders::Order,
        subscriptions::{self, Subscription},
    },
    installations, users,
};
use serde_json::json;

use super::{Purchased, Wish, repeated};
use crate::{
    Lifecycle, LifecycleError, UsersChange, letters,
    publisher_events::happened,
    subscribe::{self, licences_of},
    terms::Deed,
    users::after,
};

/// More licences, and what the page showed.
#[derive(Debug, Clone, Default)]
pub struct MoreLicences {
    /// How many more.
    pub count: u32,
    /// Who gets them.
    pub users: Option<UsersChange>,
    /// What the page said is to be paid: another price now is refused.
    pub shown: Option<Money>,
    /// The card that is charged; `None`: the default one, unless a page showed something else.
    pub method: Option<PaymentMethodId>,
    /// What the page said that a card is charged, 0 where the credit pays: more now is refused. `None`: it is not compared.
    pub shown_of_card: Option<Money>,
}

impl MoreLicences {
    /// So many for what was shown, for nobody in particular.
    #[must_use]
    pub fn of(count: u32, shown: Money) -> Self {
        Self { count, shown: Some(shown), ..Self::default() }
    }
}

impl Lifecycle {
    /// Buys more licences of a plan per user. They are charged at once for the rest of the period; users who are to get them
    /// get them when they are paid.
    ///
    /// # Errors
    /// [`LifecycleError::NoLicences`], [`LifecycleError::Login`], [`LifecycleError::Order`],
    /// [`LifecycleError::TooFewLicences`] when more users are named than there would be licences.
    pub async fn add_licences(
        &self,
        desk: DeskId,
        id: InstallationId,
        more: MoreLicences,
        by: OperatorId,
        key: Option<&str>,
    ) -> Result<Purchased, LifecycleError> {
        let mut tx = self.db.begin().await?;
        billing::lock(&mut tx, desk).await?;
        let found = installations::get(&mut tx, desk, id).await?;
        let installation = found.ok_or(LifecycleError::NotFound("installation"))?;
        let same = |order: &Order| {
            let counted = (order.purpose, order.quantity) == (OrderPurpose::Licences, more.count);
            counted && is_charged_to(order, more.method)
        };
        if let Some(repeated) = repeated(&mut tx, &installation, key, same).await? {
            return Ok(repeated);
        }
        self.check_login(&mut tx, desk, Deed::Spends).await?;
        let live = counted(subscriptions::live_of(&mut tx, desk, id).await?)?;
        if let Some(change) = &more.users {
            enough(&mut tx, &installation, &live, change, more.count).await?;
        }
        let plan = live.plan.clone();
        let wish = Wish {
            purpose: OrderPurpose::Licences,
            plan: &plan,
            quantity: more.count,
            shown: more.shown,
            // The price of one licence was frozen with the plan.
            shown_renewal: None,
            method: more.method,
            shown_of_card: more.shown_of_card,
            users: more.users.as_ref(),
            key,
            by,
        };
        self.order(tx, installation, wish).await
    }

    /// Gives licences up from the next period on, down to `to`; never below the users. Nothing is paid back, and what is paid
    /// for can be assigned until then.
    ///
    /// # Errors
    /// [`LifecycleError::NoLicences`], [`LifecycleError::TooFewLicences`], [`LifecycleError::Login`].
    pub async fn reduce_licences(
        &self,
        desk: DeskId,
        id: InstallationId,
        to: u32,
        by: OperatorId,
    ) -> Result<Licences, LifecycleError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        billing::lock(&mut tx, desk).await?;
        let found = installations::get(&mut tx, desk, id).await?;
        let installation = found.ok_or(LifecycleError::NotFound("installation"))?;
        self.check_login(&mut tx, desk, Deed::Spends).await?;
        let mut live = counted(subscriptions::live_of(&mut tx, desk, id).await?)?;
        let users = subscribe::count_users(&mut tx, &installation).await?;
        let licences = licences_of(&live, users).ok_or(LifecycleError::NoLicences)?;
        let reduced = licences.reduce(to).map_err(|error| match error {
            LicenceError::InUse { assigned } => LifecycleError::TooFewLicences { licences: to, users: assigned },
            LicenceError::NotFewer { purchased } => LifecycleError::TooFewLicences { licences: purchased, users: to },
        })?;
        live.quantity_next = reduced.next;
        subscriptions::save(&mut tx, &mut live, now).await?;
        let detail = json!({ "installation": id, "licences": live.quantity, "next": live.quantity_next, "by": by });
        let (actor, addon) = (Actor::Operator(by), installation.addon.as_str());
        audit::append(&mut tx, desk, actor, Action::AddonLicencesReduced, addon, &detail, now).await?;
        happened::licences(&mut tx, &installation, live.quantity, &live, now).await?;
        let facts = MailFacts::PlanChanged {
            addon: letters::addon(&mut tx, &installation).await?,
            plan: letters::plan(&live),
            quantity_next: live.quantity_next,
        };
        let key = format!("licences:{}:{}", live.id, live.rev);
        letters::put(&mut tx, &installation, by, key, &facts, now).await?;
        tx.commit().await?;
        Ok(reduced)
    }
}

/// Refuses more users than there would be licences: nobody pays for users who would lose the add-on at once.
async fn enough(
    tx: &mut Tx,
    installation: &Installation,
    live: &Subscription,
    change: &UsersChange,
    added: u32,
) -> Result<(), LifecycleError> {
    let Some(ticks) = change.ticks.as_ref().filter(|_| installation.kind == Kind::Plugin) else { return Ok(()) };
    let all = users::list(tx, installation.desk, installation.id).await?;
    let (licences, users) = (live.quantity.saturating_add(added), after(&all, ticks));
    if users > licences { Err(LifecycleError::TooFewLicences { licences, users }) } else { Ok(()) }
}

/// A subscription whose licences are counted and paid for.
fn counted(live: Option<Subscription>) -> Result<Subscription, LifecycleError> {
    let paid = |live: &Subscription| live.plan.model == PlanModel::PerUser && live.state == SubscriptionState::Active;
    live.filter(paid).ok_or(LifecycleError::NoLicences)
}
