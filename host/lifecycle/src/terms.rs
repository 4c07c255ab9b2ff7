//! On what terms an add-on can be had: its plans, and what is left of its trial (R20, R25).
//!
//! The plans are those of the listing, or else those of the version's manifest. A trial belongs to the desk and the
//! add-on: it counts from the first time, and installing again continues it.

use annex_billing::{LoginError, OrderError};
use annex_domain::{
    addon::{AddonId, Version},
    billing::{LoginRule, SubscriptionState},
    clock::Timestamp,
    ids::{DeskId, PaymentMethodId},
    money::Money,
    plan::{Plan, PlanId},
};
use annex_store::{
    Conn, StoreError,
    billing::{logins, plans, subscriptions::Subscription, trials},
    catalog,
};

use crate::{Lifecycle, LifecycleError};

const DAY_MS: i64 = 24 * 3600 * 1000;

/// What an operator chose to pay, or to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// One of [`Terms::plans`].
    pub plan: PlanId,
    /// To try it first: nothing is charged.
    pub trial: bool,
    /// What the page said is to be paid at once. Needed where something is: another price now is refused.
    pub shown: Option<Money>,
    /// What the page said that each following period costs; `None`: it is not compared.
    pub shown_renewal: Option<Money>,
    /// Licences of a plan per user; `None`: one for each user who is chosen. Other plans do not look at it.
    pub licences: Option<u32>,
    /// The card that is charged; `None`: the default one, unless a page showed something else.
    pub method: Option<PaymentMethodId>,
    /// What the page said that a card is charged, 0 where the credit pays: more now is refused. `None`: it is not compared.
    pub shown_of_card: Option<Money>,
}

impl Choice {
    /// To try a plan.
    #[must_use]
    pub fn trial(plan: PlanId) -> Self {
        Self { plan, trial: true, shown: None, shown_renewal: None, licences: None, method: None, shown_of_card: None }
    }

    /// To pay for a plan what was shown.
    #[must_use]
    pub fn paid(plan: PlanId, shown: Money) -> Self {
        Self { trial: false, shown: Some(shown), ..Self::trial(plan) }
    }
}

/// On what terms a desk can have an add-on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Of which version.
    pub version: Version,
    /// What can be chosen; none: it is free.
    pub plans: Vec<Plan>,
    /// What is left of the desk's trial.
    pub trial: TrialLeft,
}

/// What is left of a desk's trial of an add-on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrialLeft {
    /// It has not begun.
    All,
    /// It has begun, also when the add-on is not installed just now.
    Until {
        /// When it ends.
        ends_at: Timestamp,
        /// Days that are left; a day that has begun counts.
        days_left: u32,
    },
    /// It is used up.
    Nothing,
}

impl Terms {
    /// True when there is nothing to choose and nothing to pay.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.plans.is_empty()
    }

    /// The plan of that name.
    #[must_use]
    pub fn plan(&self, id: &PlanId) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.id == *id)
    }

    /// Days that a plan can be tried now without paying; 0: it has to be paid for.
    #[must_use]
    pub fn trial_days(&self, plan: &Plan) -> u32 {
        match self.trial {
            _ if plan.trial() == 0 => 0,
            TrialLeft::All => u32::from(plan.trial()),
            TrialLeft::Until { days_left, .. } => days_left,
            TrialLeft::Nothing => 0,
        }
    }
}

/// Days until `end`; one that has begun counts.
#[must_use]
pub(crate) fn days_until(end: Timestamp, now: Timestamp) -> u32 {
    let left = end.0.saturating_sub(now.0).max(0);
    u32::try_from(left.saturating_add(DAY_MS - 1) / DAY_MS).unwrap_or(u32::MAX)
}

impl Lifecycle {
    /// On what terms a desk can have a version of an add-on that it sees; the newest one without a name.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`].
    pub async fn terms(
        &self,
        desk: DeskId,
        addon: &AddonId,
        version: Option<&Version>,
    ) -> Result<Terms, LifecycleError> {
        let seen = catalog::known_visible(&self.db, desk, addon).await?.ok_or(LifecycleError::NotFound("add-on"))?;
        let version = match version {
            Some(version) => Some(version.clone()).filter(|version| seen.has(version)),
            None => seen.shown(),
        };
        let version = version.ok_or(LifecycleError::NotFound("version"))?;
        let row = catalog::known_version(&self.db, addon, &version).await?;
        let row = row.ok_or(LifecycleError::NotFound("version"))?;
        Ok(terms_of(&mut self.db.read().await?, desk, &row, self.clock.now()).await?)
    }
}

/// The terms of a version.
pub(crate) async fn terms_of(
    conn: &mut Conn,
    desk: DeskId,
    row: &catalog::VersionRow,
    now: Timestamp,
) -> Result<Terms, StoreError> {
    let plans = match plans::of_listing(conn, &row.addon).await? {
        Some(plans) => plans,
        None => row.manifest.plans.clone(),
    };
    let trial = match trials::get(conn, desk, &row.addon).await? {
        None => TrialLeft::All,
        Some(trial) if trial.ends_at > now => {
            TrialLeft::Until { ends_at: trial.ends_at, days_left: days_until(trial.ends_at, now) }
        }
        Some(_) => TrialLeft::Nothing,
    };
    Ok(Terms { version: row.version.clone(), plans, trial })
}

/// What was settled about the terms before anything begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Settled {
    /// Nothing to choose.
    Free,
    /// A plan that costs nothing.
    FreePlan(Plan),
    /// A trial of a plan.
    Trial(Plan),
    /// A plan that is paid for at once.
    Paid(Plan),
}

/// Checks a choice against the terms.
pub(crate) fn settle(terms: &Terms, choice: Option<&Choice>) -> Result<Settled, LifecycleError> {
    let Some(choice) = choice else {
        return if terms.is_free() { Ok(Settled::Free) } else { Err(LifecycleError::PlanNeeded) };
    };
    let no_plan = || LifecycleError::Order(OrderError::NoPlan(choice.plan.to_string()));
    let plan = terms.plan(&choice.plan).ok_or_else(no_plan)?.clone();
    match (plan.is_paid(), choice.trial) {
        (false, _) => Ok(Settled::FreePlan(plan)),
        (true, true) if terms.trial_days(&plan) == 0 => Err(LifecycleError::NoTrial),
        (true, true) => Ok(Settled::Trial(plan)),
        (true, false) => Ok(Settled::Paid(plan)),
    }
}

/// What somebody is about to do, as far as the login to the billing system goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    /// It costs something, or ends what costs something.
    Spends,
    /// It installs, updates or cancels, and costs nothing.
    Obtains,
    /// Anything else about an installation.
    Manages,
}

impl Deed {
    /// Buying on these terms.
    pub(crate) fn buying(settled: &Settled) -> Self {
        if matches!(settled, Settled::Paid(_)) { Self::Spends } else { Self::Obtains }
    }

    /// Cancelling what is paid for or ordered; a trial is given up as it was begun.
    pub(crate) fn cancelling(live: Option<&Subscription>, ordered: bool) -> Self {
        let tried = live.is_some_and(|live| live.state == SubscriptionState::Trialing);
        if tried && !ordered { Self::Obtains } else { Self::Spends }
    }
}

impl Lifecycle {
    /// What this host asks the login for.
    #[must_use]
    pub fn login_rule(&self) -> LoginRule {
        self.0.login_rule
    }

    /// A desk that is logged in with the wrong account can only log out (R6); what costs money needs the right one, and
    /// where the login is the right to download, so does all that installs, updates and cancels (R5).
    pub(crate) async fn check_login(&self, conn: &mut Conn, desk: DeskId, deed: Deed) -> Result<(), LifecycleError> {
        let needed = match deed {
            Deed::Spends => true,
            Deed::Obtains => self.login_rule == LoginRule::Always,
            Deed::Manages => false,
        };
        match logins::of_desk(conn, desk).await? {
            Some(login) if !login.holds_licence => Err(LifecycleError::Login(LoginError::WrongAccount)),
            None if needed => Err(LifecycleError::Login(LoginError::LoggedOut)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_has_begun_counts() {
        let now = Timestamp(1_000_000);
        for (left, days) in [(0, 0), (1, 1), (DAY_MS, 1), (DAY_MS + 1, 2), (30 * DAY_MS, 30), (-5, 0)] {
            assert_eq!(days_until(Timestamp(now.0 + left), now), days);
        }
    }
}
