//! What the page Billing shows of a desk at a glance.

use annex_domain::{
    billing::{InvoiceState, SubscriptionState},
    ids::DeskId,
    money::Money,
};
use annex_store::{
    StoreError,
    billing::{
        desks,
        invoices::{self, Filter, Invoice},
        methods::{self, Method},
        subscriptions::{self, Subscription},
    },
};
use jiff::civil::Date;

use crate::{
    Billing,
    ledger::{BillingDay, renew},
    orders::{Standing, seats, standing_in},
};

/// A desk's billing at a glance.
#[derive(Debug, Clone, PartialEq)]
pub struct Overview {
    /// Who is logged in.
    pub standing: Standing,
    /// What is in credit, by currency.
    pub credit: Vec<Money>,
    /// Invoices to be paid by hand, newest first.
    pub due: Vec<Invoice>,
    /// The card that pays.
    pub method: Option<Method>,
    /// The next monthly bill; none when nothing is billed monthly.
    pub next_bill: Option<NextBill>,
    /// What is subscribed or tried.
    pub subscriptions: Vec<Subscription>,
}

/// The next monthly bill, as things stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextBill {
    /// When.
    pub on: Date,
    /// How much, by currency.
    pub amounts: Vec<Money>,
}

impl Billing {
    /// A desk's billing at a glance.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn overview(&self, desk: DeskId) -> Result<Overview, StoreError> {
        let credit = self.credit(desk).await?;
        let mut conn = self.db().read().await?;
        let standing = standing_in(&mut conn, desk).await?;
        let due = Filter { state: Some(InvoiceState::Due), ..Filter::default() };
        let due = invoices::list(&mut conn, desk, due).await?;
        let method = match &standing {
            Standing::Ready(account) => methods::default(&mut conn, account.id, self.gateway().name()).await?,
            _ => None,
        };
        let subscriptions = subscriptions::list(&mut conn, desk).await?;
        let seats = seats(&mut conn, desk).await?;
        let bill = desks::get(&mut conn, desk).await?;
        let next_bill = bill.and_then(|bill| {
            let on = bill.next_bill_on;
            let day = BillingDay::new(bill.billing_day)?;
            let mut amounts: Vec<Money> = Vec::new();
            for one in subscriptions.iter().filter(|one| one.state == SubscriptionState::Active) {
                let billed = one.paid_through.is_some_and(|through| through <= on);
                let renewal = renew(&one.plan, one.quantity, one.quantity_next, seats, on, day);
                let Some(renewal) = renewal.filter(|_| billed) else { continue };
                match amounts.iter_mut().find(|sum| sum.currency == renewal.amount.currency) {
                    Some(sum) => sum.cents = sum.cents.saturating_add(renewal.amount.cents),
                    None => amounts.push(renewal.amount),
                }
            }
            (!amounts.is_empty()).then_some(NextBill { on, amounts })
        });
        Ok(Overview { standing, credit, due, method, next_bill, subscriptions })
    }
}
