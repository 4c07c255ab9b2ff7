//! What publishers' services are told of money: invoices that are paid, and licences that became fewer with a month.

use std::collections::BTreeMap;

use annex_domain::{
    addon::AddonId,
    clock::Timestamp,
    ids::InstallationId,
    money::Money,
    publisher_event::{Change, EventData, InvoicePaid, InvoicePaidLine, LicencesChanged},
};
use annex_store::{
    StoreError, Tx,
    billing::{
        invoices::{self, Invoice},
        subscriptions::Subscription,
    },
    catalog, installations,
    publisher_events::{Subject, put},
};

/// Tells each publisher of its lines of an invoice, by installation.
pub(crate) async fn invoice_paid(tx: &mut Tx, invoice: &Invoice, now: Timestamp) -> Result<(), StoreError> {
    // In the order of the add-ons: whoever writes of several at the same time takes turns.
    let mut told: BTreeMap<(AddonId, InstallationId), Vec<InvoicePaidLine>> = BTreeMap::new();
    for line in invoices::lines(tx, invoice.desk, invoice.id).await? {
        let paid = InvoicePaidLine {
            plan: line.plan,
            quantity: line.quantity,
            amount: Money::new(line.amount - line.reduced, invoice.total.currency),
            from: line.period_from,
            to: line.period_to,
        };
        told.entry((line.addon, line.installation)).or_default().push(paid);
    }
    for ((addon, installation), lines) in told {
        let version = match installations::get(tx, invoice.desk, installation).await? {
            Some(found) => Some(found.version.clone()),
            // It was removed before it was paid for.
            None => catalog::latest(tx, &addon).await?.map(|row| row.version),
        };
        let Some(version) = version else { continue };
        let of = Subject { desk: invoice.desk, installation, addon: &addon, version: &version };
        put(tx, of, &EventData::InvoicePaid(InvoicePaid { invoice: invoice.number, lines }), now).await?;
    }
    Ok(())
}

/// Tells that a subscription has another number of licences than before.
pub(crate) async fn licences_changed(
    tx: &mut Tx,
    old: u32,
    is: &Subscription,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(of) = installations::get(tx, is.desk, is.installation).await? else { return Ok(()) };
    let licences = Change { old, new: is.quantity };
    let data = LicencesChanged { plan: is.plan.id.clone(), licences, next: is.quantity_next };
    put(tx, &of, &EventData::LicencesChanged(data), now).await
}
