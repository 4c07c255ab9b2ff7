//! Says what is wrong between money and add-ons: the payment company's own record of what it took and paid back, held
//! against what the host says runs. Pure; [`Desk::read`] asks the host over its API.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{api::Api, stripe::Record};

/// What must never be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// Money was taken more than once for the same thing.
    ChargedTwice { what: String, intents: Vec<String> },
    /// It runs, or is written down as paid, and the money was never taken.
    ActiveUnpaid { what: String },
    /// The money was taken and kept, and what it was for does not run.
    PaidInactive { what: String },
    /// Something that should have ended by now has not.
    Unfinished { what: String },
}

/// An installation as the host shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Installation {
    pub(crate) id: String,
    pub(crate) status: String,
    /// Its subscription is on a paid plan and not in its trial.
    pub(crate) is_paid_for: bool,
}

/// An invoice as the host shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invoice {
    pub(crate) id: String,
    pub(crate) state: String,
    /// Cents that a gateway had to take.
    pub(crate) charged: i64,
    /// The installations of its lines.
    pub(crate) installations: Vec<String>,
    /// The state of its order; none for monthly invoices.
    pub(crate) order: Option<String>,
}

/// What the host shows of money and add-ons.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Desk {
    pub(crate) installations: Vec<Installation>,
    pub(crate) invoices: Vec<Invoice>,
}

/// What the operator did in a run, as far as the judge has to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Deed {
    /// Charges that it may lead to, refunded ones included.
    pub(crate) charges: usize,
    /// Whether it stops what was bought: cancel, uninstall.
    pub(crate) stops: bool,
}

/// Everything that is wrong. `run`: what the company recorded since the run began; `before`: what it had recorded of this
/// host's past.
pub(crate) fn verdict(desk: &Desk, before: &Record, run: &Record, deed: Deed) -> Vec<Fault> {
    let all = before.clone().and(run);
    let mut faults = vec![];
    twice(&all, run, deed, &mut faults);
    for invoice in &desk.invoices {
        faults.extend(unsound(invoice, &all));
        if !deed.stops {
            faults.extend(asleep(invoice, desk, &all));
        }
    }
    for intent in all.taken().filter(|intent| all.kept(intent) > 0) {
        if !desk.invoices.iter().any(|invoice| Some(&invoice.id) == intent.invoice.as_ref()) {
            faults.push(Fault::PaidInactive { what: format!("{} for no invoice", intent.id) });
        }
    }
    for installation in &desk.installations {
        faults.extend(running(installation, desk, &all));
    }
    faults.sort();
    faults
}

/// More than one charge for an invoice or an order, or more than what was done can lead to.
fn twice(all: &Record, run: &Record, deed: Deed, faults: &mut Vec<Fault>) {
    let mut by: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for intent in all.taken() {
        let names = [("invoice", &intent.invoice), ("order", &intent.order)];
        for (name, id) in names.into_iter().filter_map(|(name, id)| Some((name, id.as_ref()?))) {
            by.entry(format!("{name} {id}")).or_default().push(intent.id.clone());
        }
    }
    faults.extend(
        by.into_iter()
            .filter(|(_, intents)| intents.len() > 1)
            .map(|(what, intents)| Fault::ChargedTwice { what, intents }),
    );
    let taken: Vec<_> = run.taken().map(|intent| intent.id.clone()).collect();
    if taken.len() > deed.charges {
        faults.push(Fault::ChargedTwice { what: format!("one deed, allowed {}", deed.charges), intents: taken });
    }
}

/// What an invoice says against what was taken for it.
fn unsound(invoice: &Invoice, all: &Record) -> Option<Fault> {
    let kept: i64 =
        all.intents.iter().filter(|intent| intent.invoice.as_ref() == Some(&invoice.id)).map(|one| all.kept(one)).sum();
    let what = format!("invoice {} is {}, {kept} of {} cents were kept", invoice.id, invoice.state, invoice.charged);
    let is_refunded = invoice.order.as_deref() == Some("refunded");
    match invoice.state.as_str() {
        "open" => Some(Fault::Unfinished { what }),
        "paid" if is_refunded => (kept != 0).then_some(Fault::PaidInactive { what }),
        "paid" => (kept < invoice.charged).then_some(Fault::ActiveUnpaid { what }),
        _ => (kept > 0).then_some(Fault::PaidInactive { what }),
    }
}

/// A paid order whose add-on does not run.
fn asleep(invoice: &Invoice, desk: &Desk, all: &Record) -> Option<Fault> {
    let order = invoice.order.as_deref()?;
    let kept: i64 =
        all.intents.iter().filter(|intent| intent.invoice.as_ref() == Some(&invoice.id)).map(|one| all.kept(one)).sum();
    let asleep = invoice.installations.iter().find(|id| {
        !desk.installations.iter().any(|installation| installation.id == **id && installation.status == "active")
    });
    let what = match (asleep, order) {
        (Some(id), _) => format!("installation {id} is not active, its order is {order}"),
        (None, "paid") => format!("the order of invoice {} is not fulfilled", invoice.id),
        (None, _) => return None,
    };
    (kept > 0).then_some(Fault::PaidInactive { what })
}

/// An installation that hangs half-way, or runs without having been paid for.
fn running(installation: &Installation, desk: &Desk, all: &Record) -> Option<Fault> {
    let what = format!("installation {} is {}", installation.id, installation.status);
    if ["installing", "updating", "uninstalling", "failed-update"].contains(&installation.status.as_str()) {
        return Some(Fault::Unfinished { what });
    }
    let mut invoices = desk.invoices.iter().filter(|invoice| invoice.installations.contains(&installation.id));
    let was_paid = invoices.any(|invoice| {
        let taken = all.taken().any(|intent| intent.invoice.as_ref() == Some(&invoice.id) && all.kept(intent) > 0);
        invoice.state == "paid" && (taken || invoice.charged == 0)
    });
    (installation.status == "active" && installation.is_paid_for && !was_paid).then_some(Fault::ActiveUnpaid { what })
}

impl Desk {
    /// Everything that the judge has to know of a host.
    pub(crate) async fn read(api: &Api) -> Self {
        let installations = items(&api.get("/installations").await);
        let subscriptions = items(&api.get("/billing/subscriptions").await);
        let invoices = items(&api.get("/billing/invoices?limit=100").await);
        let orders = items(&api.get("/billing/orders").await);
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let cents = |value: &Value| value["cents"].as_i64().expect("cents");
        let is_paid_for = |id: &Value| {
            let paid = |one: &Value| ["active", "past-due"].contains(&one["state"].as_str().unwrap_or_default());
            subscriptions.iter().any(|one| one["installation"] == *id && paid(one))
        };
        let order_state = |id: &Value| {
            let order = orders.iter().find(|order| !id.is_null() && order["id"] == *id)?;
            Some(text(&order["state"]))
        };
        let installation = |one: &Value| Installation {
            id: text(&one["id"]),
            status: text(&one["status"]),
            is_paid_for: is_paid_for(&one["id"]),
        };
        let invoice = |one: &Value| Invoice {
            id: text(&one["id"]),
            state: text(&one["state"]),
            charged: cents(&one["total"]) - cents(&one["credit_used"]),
            installations: one["lines"]
                .as_array()
                .expect("lines")
                .iter()
                .map(|line| text(&line["installation"]))
                .collect(),
            order: order_state(&one["order"]),
        };
        Self {
            installations: installations.iter().map(installation).collect(),
            invoices: invoices.iter().map(invoice).collect(),
        }
    }
}

fn items(list: &Value) -> Vec<Value> {
    list["items"].as_array().expect("items").clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::stripe::{Intent, Refund};

    const BUY: Deed = Deed { charges: 1, stops: false };

    fn taken(id: &str) -> Intent {
        let (invoice, order) = (Some("i1".to_owned()), Some("o1".to_owned()));
        Intent { id: id.into(), status: "succeeded".into(), cents: 1200, invoice, order }
    }

    fn record(intents: &[Intent]) -> Record {
        Record { intents: intents.to_vec(), refunds: vec![] }
    }

    fn desk(status: &str, invoice: &str, order: &str) -> Desk {
        let installation = Installation { id: "a".into(), status: status.into(), is_paid_for: status == "active" };
        let invoice = Invoice {
            id: "i1".into(),
            state: invoice.into(),
            charged: 1200,
            installations: vec!["a".into()],
            order: Some(order.into()),
        };
        Desk { installations: vec![installation], invoices: vec![invoice] }
    }

    fn judged(desk: &Desk, run: &Record) -> Vec<Fault> {
        verdict(desk, &Record::default(), run, BUY)
    }

    #[test]
    fn what_is_paid_once_and_runs_is_right_and_so_is_what_was_never_begun() {
        assert_eq!(judged(&desk("active", "paid", "fulfilled"), &record(&[taken("p1")])), []);
        assert_eq!(judged(&Desk::default(), &Record::default()), []);
        assert_eq!(judged(&desk("payment-due", "due", "open"), &Record::default()), []);
    }

    #[test]
    fn each_fault_is_found() {
        let twice = judged(&desk("active", "paid", "fulfilled"), &record(&[taken("p1"), taken("p2")]));
        assert!(twice.iter().all(|fault| matches!(fault, Fault::ChargedTwice { .. })), "{twice:?}");
        assert_eq!(twice.len(), 3, "by invoice, by order, and by what was done: {twice:?}");
        let paid = record(&[taken("p1")]);
        for (desk, run) in [
            (desk("failed-installation", "paid", "paid"), &paid),
            (desk("payment-due", "due", "open"), &paid),
            (desk("active", "paid", "paid"), &paid),
            (Desk::default(), &paid),
        ] {
            let found = judged(&desk, run);
            assert!(matches!(found.first(), Some(Fault::PaidInactive { .. })), "{desk:?}: {found:?}");
        }
        let unpaid = judged(&desk("active", "paid", "fulfilled"), &Record::default());
        assert!(
            unpaid.iter().all(|fault| matches!(fault, Fault::ActiveUnpaid { .. })) && !unpaid.is_empty(),
            "{unpaid:?}"
        );
        for half in [desk("installing", "paid", "paid"), desk("active", "open", "open")] {
            let found = judged(&half, &Record::default());
            assert!(found.iter().any(|fault| matches!(fault, Fault::Unfinished { .. })), "{found:?}");
        }
    }

    #[test]
    fn money_that_was_paid_back_is_right_only_in_full() {
        let mut run = record(&[taken("p1")]);
        run.refunds.push(Refund { id: "r1".into(), intent: "p1".into(), cents: 1200 });
        let undone = desk("failed-installation", "paid", "refunded");
        assert_eq!(judged(&undone, &run), []);
        run.refunds[0].cents = 1199;
        assert_eq!(judged(&undone, &run).len(), 2, "the invoice, and what it was for");
    }

    #[test]
    fn what_the_operator_stopped_may_stay_paid() {
        let stopped = desk("cancelled", "paid", "fulfilled");
        assert_eq!(
            verdict(&stopped, &record(&[taken("p1")]), &Record::default(), Deed { charges: 0, stops: true }),
            []
        );
        assert_ne!(verdict(&stopped, &record(&[taken("p1")]), &Record::default(), BUY), []);
    }
}
