//! Monthly invoices that stay unpaid (R62). Nothing is stopped before the days of grace are over; then only what reads back
//! as unpaid at a gateway that answers, by a signed revocation, one installation of a desk a day.

use annex_billing::{
    entitlement::{GRACE, Reason, Standing},
    mails::mail_invoice,
};
use annex_domain::{
    audit::Action,
    billing::{InvoiceState, SubscriptionState},
    clock::Timestamp,
    ids::DeskId,
    installation::Notice,
    mail::MailFacts,
    operator::Actor,
    publisher_event::{EventData, Suspended, SuspendedWhy},
    random::error_id,
};
use annex_store::{
    StoreError, Tx, audit, billing,
    billing::{
        entitlements,
        invoices::{self, Invoice},
        subscriptions::{self, Subscription},
    },
    installations, outbox, publisher_events,
};
use serde_json::json;
use std::{collections::BTreeSet, time::Duration};

use crate::{Lifecycle, letters, saga::describe};

const DAY: Duration = Duration::from_hours(24);
/// More than any host has.
const ALL: u32 = 1_000_000;
/// After so many invoices in a row without an answer the gateway counts as away, and the rest waits for the next time.
const AWAY: u32 = 5;

impl Lifecycle {
    /// Looks at the invoices that are due for longer than the days of grace; answers how many installations it stopped.
    pub(crate) async fn dun(&self) -> Result<usize, StoreError> {
        self.billing.warn_of_end().await?;
        let before = self.clock.now().before(GRACE);
        let overdue = invoices::overdue(&mut self.db.read().await?, before, ALL).await?;
        let (mut stopped, mut away, mut desks) = (0, 0, BTreeSet::new());
        for invoice in overdue {
            if desks.contains(&invoice.desk) || !self.is_at_stake(&invoice).await? {
                continue;
            }
            // The money may have come, and the hint of it been lost. A gateway that does not answer stops nothing.
            match self.billing.read_back(invoice.desk, invoice.id).await {
                Ok(true) => away = 0,
                Ok(false) => {
                    away = 0;
                    continue;
                }
                Err(error) => {
                    tracing::info!(desk = %invoice.desk, number = invoice.number, error = describe(&error),
                        "an unpaid invoice could not be read back: nothing is stopped for it");
                    away += u32::from(error.is_away());
                    if away >= AWAY {
                        break;
                    }
                    continue;
                }
            }
            if self.stop_one(&invoice).await? {
                stopped += 1;
                desks.insert(invoice.desk);
            }
        }
        Ok(stopped)
    }

    /// True when an invoice has a line of a subscription that is live and past due: otherwise there is nothing to stop.
    async fn is_at_stake(&self, invoice: &Invoice) -> Result<bool, StoreError> {
        let mut conn = self.db.read().await?;
        for line in invoices::lines(&mut conn, invoice.desk, invoice.id).await? {
            let live = subscriptions::live_of(&mut conn, invoice.desk, line.installation).await?;
            if live.is_some_and(|live| line.subscription == Some(live.id) && live.state == SubscriptionState::PastDue) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Stops one installation of an unpaid invoice, if the desk's turn of today is not used up.
    async fn stop_one(&self, invoice: &Invoice) -> Result<bool, StoreError> {
        let (desk, now) = (invoice.desk, self.clock.now());
        let mut tx = self.db.begin().await?;
        billing::lock(&mut tx, desk).await?;
        let unpaid = invoices::get(&mut tx, desk, invoice.id).await?.state == InvoiceState::Due;
        if !unpaid || self.stopped_today(&mut tx, desk, now).await? {
            return Ok(false);
        }
        for line in invoices::lines(&mut tx, desk, invoice.id).await? {
            let Some(live) = subscriptions::live_of(&mut tx, desk, line.installation).await? else { continue };
            if line.subscription == Some(live.id) && self.stop(&mut tx, &live, invoice, now).await? {
                tx.commit().await?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn stopped_today(&self, tx: &mut Tx, desk: DeskId, now: Timestamp) -> Result<bool, StoreError> {
        let all = entitlements::of_desk(tx, desk).await?;
        let revoked = all.iter().filter_map(|row| self.signer.revocation(row.revocation.as_deref()?).ok());
        Ok(revoked.into_iter().any(|found| found.reason == Reason::Unpaid && now.since(found.revoked_at) < DAY))
    }

    async fn stop(
        &self,
        tx: &mut Tx,
        live: &Subscription,
        invoice: &Invoice,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (desk, id) = (live.desk, live.installation);
        if live.state != SubscriptionState::PastDue
            || !matches!(self.standing(tx, desk, id).await?, Some(Standing::Overdue))
        {
            return Ok(false);
        }
        let Some(installation) = installations::get(tx, desk, id).await? else { return Ok(false) };
        let notice = Notice {
            error_id: error_id(),
            code: "unpaid".into(),
            text: format!(
                "invoice {} of {} was not paid: the add-on runs again when it is",
                invoice.number,
                invoice.to_take()
            ),
        };
        let Ok(stopped) = installation.unpaid(notice, now) else { return Ok(false) };
        installations::save(tx, &stopped).await?;
        self.revoke(tx, desk, id, Reason::Unpaid, now).await?;
        let detail = json!({ "installation": id, "invoice": invoice.number, "amount": invoice.to_take() });
        audit::append(tx, desk, Actor::System, Action::AddonUnpaid, stopped.addon.as_str(), &detail, now).await?;
        outbox::put(tx, desk, id, "app.unpaid", &detail, now).await?;
        let told = EventData::Suspended(Suspended { why: SuspendedWhy::Unpaid });
        publisher_events::put(tx, &stopped, &told, now).await?;
        let facts =
            MailFacts::Unpaid { addon: letters::addon(tx, &stopped).await?, invoice: mail_invoice(tx, invoice).await? };
        let key = format!("unpaid:{}:{id}", invoice.id);
        letters::put_to_all(tx, &stopped, invoice.account, key, &facts, now).await?;
        Ok(true)
    }
}
