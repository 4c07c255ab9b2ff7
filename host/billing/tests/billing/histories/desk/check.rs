//! What must be true of a desk, whatever has happened to it.

use annex_billing::ledger::{Licences, statement};
use annex_domain::{
    billing::{InvoiceState, LedgerAccount as A},
    plan::PlanModel,
};
use jiff::tz::TimeZone;

use super::{Desk, Invoice, State};

impl Desk {
    /// What must be true after every event.
    pub(crate) fn check(&self) {
        let sum = |of: &dyn Fn(&Invoice) -> i64| self.invoices.iter().map(of).sum::<i64>();
        assert_eq!(self.book.values().sum::<i64>(), 0, "{:?}", self.book);
        let owed = sum(&|one| if one.state == InvoiceState::Due { one.owed() - one.credit_used } else { 0 });
        assert_eq!(self.balance(A::Receivable), owed, "what is owed");
        let earned = sum(&|one| if one.state == InvoiceState::Void { 0 } else { one.owed() - one.carried });
        assert_eq!(self.balance(A::Revenue), -earned, "what was earned");
        let bought: i64 = self.bought.iter().map(|one| one.cents - one.back).sum();
        assert_eq!(self.balance(A::Cash), bought + sum(&|one| one.taken - one.to_card), "what was taken");
        assert!(self.balance(A::Cash) >= 0, "more was paid back than was taken");
        let credit = self.granted
            + bought
            + self.carried_over
            + sum(&|one| one.to_credit - one.credit_used + one.over - one.over_back);
        assert_eq!(self.balance(A::Credit), -credit, "what is in credit");
        assert!(credit >= -self.debt, "credit that there is not was used");
        for bought in &self.bought {
            assert!((0..=bought.cents).contains(&bought.back), "{bought:?}");
        }
        for invoice in &self.invoices {
            let paid = invoice.taken - invoice.over + invoice.credit_used;
            assert_eq!(
                invoice.state == InvoiceState::Paid,
                paid == invoice.owed() && invoice.state != InvoiceState::Void
            );
            let back = invoice.to_card - invoice.over_back + invoice.to_credit;
            assert!(paid <= invoice.owed() && back <= paid && invoice.over_back <= invoice.over, "{invoice:?}");
            assert_ne!(invoice.state, InvoiceState::Open, "{invoice:?} is left in the air");
        }
        self.check_earnings();
        for one in &self.subscriptions {
            assert!(one.paid.iter().all(|(_, cents, _)| *cents >= 0), "{one:?}");
            let running = matches!(one.state, State::Active | State::PastDue);
            if running && one.plan.model == PlanModel::PerUser {
                let Licences { purchased, assigned, next } = one.licences;
                assert!(assigned <= purchased, "{assigned} users of {purchased} licences: {one:?}");
                assert_eq!(one.licences.unassigned() + assigned, purchased, "{one:?}");
                assert_eq!(one.licences.renewed().assigned + one.licences.losing(), assigned, "{one:?}");
                assert!(next.is_none_or(|next| (1..purchased).contains(&next)), "{one:?}");
            }
        }
    }

    /// The statement ends where the books do.
    pub(crate) fn check_statement(&self) {
        let rows = statement::rows(&self.entries, &TimeZone::UTC);
        let last = rows.last().map_or((0, 0), |row| (row.owed, row.in_credit));
        assert_eq!(last, (self.balance(A::Receivable), -self.balance(A::Credit)));
        assert_eq!(statement::csv(&rows).matches("\r\n").count(), rows.len() + 1);
    }
}
