//! What the page Billing shows of a desk at a glance.

use annex_domain::{billing::InvoiceState, ids::DeskId, money::Money};
use annex_store::{
    Conn, StoreError,
    billing::{
        desks::{self, BillingDesk},
        invoices::{self, Filter, Invoice},
        methods::{self, Method},
        subscriptions::{self, Subscription},
    },
};
use jiff::civil::Date;

use crate::{
    Billing, MissedMonths, month,
    orders::{Standing, standing_in},
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
    /// Months that were missed, while somebody is asked whether they are to be charged.
    pub missed: Option<MissedMonths>,
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
        let next_bill = match desks::get(&mut conn, desk).await? {
            Some(bill) => next_bill(&mut conn, &bill).await?,
            None => None,
        };
        drop(conn);
        let missed = self.missed_months(desk).await?;
        Ok(Overview { standing, credit, due, method, next_bill, missed, subscriptions })
    }
}

async fn next_bill(conn: &mut Conn, bill: &BillingDesk) -> Result<Option<NextBill>, StoreError> {
    let mut amounts: Vec<Money> = Vec::new();
    for amount in month::next_bill(conn, bill).await?.into_iter().map(|billed| billed.month.amount) {
        match amounts.iter_mut().find(|sum| sum.currency == amount.currency) {
            Some(sum) => sum.cents = sum.cents.saturating_add(amount.cents),
            None => amounts.push(amount),
        }
    }
    Ok((!amounts.is_empty()).then_some(NextBill { on: bill.next_bill_on, amounts }))
}
