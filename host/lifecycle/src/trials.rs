//! Trials as time goes by (R20, R21): reminders before the end, each once, and the end, which keeps everything but access.
//!
//! Any number of nodes may do this at once, after any pause: a reminder is claimed by a row in the transaction of its mail,
//! and both hold the desk's lock, so that no plan is bought between the look at the trial and what follows from it.

use annex_billing::entitlement::Reason;
use annex_domain::{
    audit::Action,
    clock::Timestamp,
    installation::{Installation, Status},
    mail::MailFacts,
    operator::Actor,
    publisher_event::TrialEndedWhy,
};
use annex_store::{
    StoreError, Tx, audit,
    billing::{
        self,
        subscriptions::{self, Subscription},
        trials,
    },
    installations, outbox,
};
use serde_json::json;
use std::time::Duration;

use crate::{Lifecycle, letters, publisher_events::happened, saga::describe, subscribe, terms::days_until};

/// Days before the end at which a mail goes out.
pub(crate) const REMINDERS: [u16; 3] = [15, 7, 1];
const DAY: Duration = Duration::from_hours(24);
/// More than any host has.
const ALL: u32 = 1_000_000;

impl Lifecycle {
    /// Ends the trials whose time is over. One that fails does not hold up the others.
    pub(crate) async fn end_trials(&self) -> Result<(), StoreError> {
        let ending = subscriptions::trials_ending(&mut self.db.read().await?, self.clock.now(), ALL).await?;
        for trial in ending {
            one(&trial, self.end_trial(&trial).await);
        }
        Ok(())
    }

    /// Sends the reminders that are due.
    pub(crate) async fn remind_of_trials(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let soon = now.after(DAY * u32::from(REMINDERS[0]));
        let ending = subscriptions::trials_ending(&mut self.db.read().await?, soon, ALL).await?;
        for trial in ending.iter().filter(|trial| trial.trial_ends_at.is_some_and(|end| end > now)) {
            one(trial, self.remind(trial).await);
        }
        Ok(())
    }

    async fn end_trial(&self, trial: &Subscription) -> Result<(), StoreError> {
        let (desk, id, now) = (trial.desk, trial.installation, self.clock.now());
        let mut tx = self.db.begin().await?;
        billing::lock(&mut tx, desk).await?;
        let Some(installation) = self.of_trial(&mut tx, trial).await? else { return tx.commit().await };
        // While it is being changed it stays as it is; the next look ends it.
        let Ok(ended) = installation.trial_ended(now) else { return Ok(()) };
        installations::save(&mut tx, &ended).await?;
        subscribe::end_and_revoke(self, &mut tx, &ended, Reason::TrialEnded, now).await?;
        let detail = json!({ "installation": id, "addon": ended.addon, "plan": trial.plan.id });
        audit::append(&mut tx, desk, Actor::System, Action::AddonTrialEnded, ended.addon.as_str(), &detail, now)
            .await?;
        outbox::put(&mut tx, desk, id, "trial.ended", &detail, now).await?;
        happened::trial_ended(&mut tx, &ended, Some(trial), TrialEndedWhy::Expired, None, now).await?;
        let facts = MailFacts::TrialEnded { addon: letters::addon(&mut tx, &ended).await? };
        let (to, key) = (ended.installed_by, format!("trial-ended:{}", trial.id));
        letters::put(&mut tx, &ended, to, key, &facts, now).await?;
        tx.commit().await
    }

    async fn remind(&self, trial: &Subscription) -> Result<(), StoreError> {
        let (desk, now) = (trial.desk, self.clock.now());
        let Some(ends_at) = trial.trial_ends_at else { return Ok(()) };
        let sent = trials::reminded(&mut self.db.read().await?, desk, &trial.addon).await?;
        let due = due_reminders(trial.plan.trial(), ends_at, now).filter(|days| !sent.contains(days));
        let due: Vec<u16> = due.collect();
        if due.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        billing::lock(&mut tx, desk).await?;
        let Some(installation) = self.of_trial(&mut tx, trial).await? else { return tx.commit().await };
        // After a pause several are due at once: one mail says it, and those that it overtook are not sent any more.
        let nearest = due.iter().min().copied();
        for days in due {
            let claimed = trials::claim_reminder(&mut tx, desk, &trial.addon, days, now).await?;
            if !claimed || nearest != Some(days) {
                continue;
            }
            let facts = MailFacts::TrialReminder {
                addon: letters::addon(&mut tx, &installation).await?,
                days_left: days_until(ends_at, now),
                ends_at,
            };
            let key = format!("trial-reminder:{}:{days}", trial.addon);
            letters::put(&mut tx, &installation, installation.installed_by, key, &facts, now).await?;
        }
        tx.commit().await
    }

    /// The installation of a trial that still goes on. Whoever replaces or ends a subscription holds the desk's lock, as the
    /// caller does.
    async fn of_trial(&self, tx: &mut Tx, trial: &Subscription) -> Result<Option<Installation>, StoreError> {
        let live = subscriptions::live_of(tx, trial.desk, trial.installation).await?;
        if live.is_none_or(|live| live.id != trial.id || live.rev != trial.rev) {
            return Ok(None);
        }
        let found = installations::get(tx, trial.desk, trial.installation).await?;
        Ok(found.filter(|found| found.status != Status::Uninstalling))
    }
}

/// What became of one trial of many.
fn one(trial: &Subscription, done: Result<(), StoreError>) {
    match done {
        Ok(()) => {}
        // Another node, or an operator, was faster: the next look sees what is left.
        Err(StoreError::Stale(_)) => {}
        Err(error) => tracing::warn!(installation = %trial.installation, error = describe(&error), "a trial waits"),
    }
}

/// The reminders whose time has come, of those that a trial of that length has.
fn due_reminders(length: u16, ends_at: Timestamp, now: Timestamp) -> impl Iterator<Item = u16> {
    REMINDERS.into_iter().filter(move |days| *days < length && ends_at.before(DAY * u32::from(*days)) <= now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reminders_come_in_time_and_only_those_that_fit_the_trial() {
        let end = Timestamp(100 * 24 * 3_600_000);
        let at = |days: u32| end.before(DAY * days);
        let due = |length, now| due_reminders(length, end, now).collect::<Vec<_>>();
        assert_eq!(due(30, at(16)), Vec::<u16>::new());
        assert_eq!(due(30, at(15)), [15]);
        assert_eq!(due(30, at(3)), [15, 7]);
        assert_eq!(due(14, at(3)), [7]);
        assert_eq!(due(1, at(1)), Vec::<u16>::new());
    }
}
