//! What is owed, on the wire: amounts, quotes and invoices that are due. Problems carry them too.

use annex_billing::ledger::Quote as DomainQuote;
use annex_domain::{
    ids::InvoiceId,
    money::{Currency, Money as DomainMoney},
};
use annex_lifecycle::DueInvoice as DomainDueInvoice;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Money {
    /// The currency's smallest unit: hundredths, or whole ones where it has no decimals.
    #[schema(example = 1200)]
    pub(super) cents: i64,
    /// ISO 4217.
    #[schema(value_type = String, example = "EUR")]
    pub(super) currency: Currency,
}

/// What something costs: `amount` now, for the rest of the desk's month, and `renewal_amount` each month from `renews_on` on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Quote {
    /// To be paid now: `gross` less `netted`. Pass it as `price` to buy.
    amount: Money,
    /// What the days cost by themselves.
    gross: Money,
    /// What is taken off it, because it is paid for already: days that are left of the plan before, or of the same add-on
    /// that was cancelled and is bought again.
    netted: Money,
    /// What is left over of the plan before and comes to the credit.
    credited: Money,
    /// True: it is too little to be taken now, and goes on the next bill.
    carried: bool,
    /// Of one licence or seat for a whole month, or once.
    unit_price: Money,
    /// Licences or seats; 1 where there are none.
    quantity: u32,
    /// The first day that it pays for.
    #[schema(value_type = String, format = "date")]
    period_from: Date,
    /// The first day that it does not pay for; null for what is paid once.
    #[schema(required, value_type = Option<String>, format = "date")]
    period_to: Option<Date>,
    /// The day that it is billed again; null for what is paid once.
    #[schema(required, value_type = Option<String>, format = "date")]
    renews_on: Option<Date>,
    /// What is billed then, and each month after.
    #[schema(required)]
    renewal_amount: Option<Money>,
}

/// An invoice that is to be paid by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct DueInvoice {
    #[schema(value_type = String, format = "uuid")]
    pub(super) id: InvoiceId,
    /// What people know it by.
    pub(super) number: i64,
    /// What is to be paid.
    pub(super) amount: Money,
    /// Where people pay it: a page of the panel. Programs post to `/billing/invoices/{id}/pay`.
    #[schema(example = "/billing/invoices/12")]
    pub(super) link: String,
    /// Where the payer confirms the payment at their bank, while one asks for it.
    #[schema(required)]
    pub(super) action_url: Option<String>,
    /// What the bank said.
    #[schema(required)]
    pub(super) reason: Option<String>,
    /// True while its money is being taken, such as after a confirmation: nobody has to do anything.
    pub(super) under_way: bool,
}

impl From<DomainMoney> for Money {
    fn from(money: DomainMoney) -> Self {
        Self { cents: money.cents, currency: money.currency }
    }
}

impl From<Money> for DomainMoney {
    fn from(money: Money) -> Self {
        Self::new(money.cents, money.currency)
    }
}

impl From<&DomainQuote> for Quote {
    fn from(quote: &DomainQuote) -> Self {
        Self {
            amount: quote.amount.into(),
            gross: quote.gross.into(),
            netted: quote.netted.into(),
            credited: quote.credited.into(),
            carried: quote.carried,
            unit_price: quote.unit_price.into(),
            quantity: quote.quantity,
            period_from: quote.period_from,
            period_to: quote.period_to,
            renews_on: quote.renews_on,
            renewal_amount: quote.renewal_amount.map(Money::from),
        }
    }
}

/// The page of an invoice in the panel.
pub(super) fn link(number: i64) -> String {
    format!("/billing/invoices/{number}")
}

impl DueInvoice {
    /// Where nothing is known but what is owed.
    pub(super) fn plain(id: InvoiceId, number: i64, amount: DomainMoney) -> Self {
        Self { id, number, amount: amount.into(), link: link(number), action_url: None, reason: None, under_way: false }
    }
}

impl From<DomainDueInvoice> for DueInvoice {
    fn from(due: DomainDueInvoice) -> Self {
        let under_way = due.is_under_way();
        let plain = Self::plain(due.invoice, due.number, due.amount);
        Self { action_url: due.action_url, reason: due.reason, under_way, ..plain }
    }
}
