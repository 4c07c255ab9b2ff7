//! The words of billing: where orders, invoices, attempts, refunds and subscriptions stand. The arithmetic and the charge
//! protocol are in the crate `annex-billing`.
//!
//! ```text
//! order      open -> paid -> fulfilled                 open -> cancelled       paid | fulfilled -> refunded
//! invoice    open -> paid    open -> due -> paid       open | due -> void
//! attempt    new -> created -> confirming -> succeeded
//!                                         -> action-required -> succeeded
//!                                         -> declined                          every one but succeeded -> cancelled
//! refund     new -> requested -> succeeded | failed
//! subscription  trialing -> active <-> past-due        every one -> ended
//! ```

crate::words! {
    /// What a desk has to be logged in to the billing system for (R5). The wrong account may do nothing either way (R6).
    pub enum LoginRule: "rule for the login" {
        /// What costs something: the login says who pays.
        Paid = "paid",
        /// Installing, updating and cancelling, of free add-ons too: the login is also the right to download.
        Always = "always",
    }

    /// What an order is for.
    pub enum OrderPurpose: "purpose of an order" {
        /// To install an add-on on a paid plan.
        Install = "install",
        /// A plan for an installation that there is: after or during a trial, after a cancel.
        Plan = "plan",
        /// More licences of the plan that there is.
        Licences = "licences",
    }

    /// Where an order stands.
    pub enum OrderState: "state of an order" {
        /// Not paid yet.
        Open = "open",
        /// Paid; what was bought is being switched on.
        Paid = "paid",
        /// What was bought runs.
        Fulfilled = "fulfilled",
        /// Given up before it was paid.
        Cancelled = "cancelled",
        /// Paid, and paid back.
        Refunded = "refunded",
    }

    /// Where an invoice stands.
    pub enum InvoiceState: "state of an invoice" {
        /// Being charged.
        Open = "open",
        /// The charge failed or waits for the payer: to be paid by hand (R10).
        Due = "due",
        /// Paid.
        Paid = "paid",
        /// Nothing is owed any more.
        Void = "void",
    }

    /// What a line of an invoice is.
    pub enum LineKind: "kind of line" {
        /// What is paid for.
        Charge = "charge",
        /// The days that are left of a plan that another one replaces: less than nothing.
        Unused = "unused",
        /// Days that are paid for already when an add-on is bought again: less than nothing.
        Covered = "covered",
        /// What was too little to be taken before.
        Carried = "carried",
        /// Credit that is bought. It names no add-on of anybody: `annex.credit`, and an installation that never was.
        Credit = "credit",
    }

    /// Who asked for credit to be bought.
    pub enum TopUp: "kind of top-up" {
        /// A person, once.
        Hand = "hand",
        /// The host, because it had fallen below a threshold.
        Threshold = "threshold",
    }

    /// Where a try to take money stands. Each arrow between these is persisted before and after the gateway is asked.
    pub enum AttemptState: "state of an attempt" {
        /// Recorded; the PaymentIntent may or may not exist.
        New = "new",
        /// The unconfirmed PaymentIntent's id is stored.
        Created = "created",
        /// The gateway was asked to confirm, or is about to be: what came of it is read back.
        Confirming = "confirming",
        /// The payer has to confirm at their bank (3-D Secure).
        ActionRequired = "action-required",
        /// Declined; the PaymentIntent is to be cancelled.
        Declined = "declined",
        /// The money was taken.
        Succeeded = "succeeded",
        /// Read back as cancelled: nothing was taken and nothing ever will be.
        Cancelled = "cancelled",
    }

    /// Where a refund stands.
    pub enum RefundState: "state of a refund" {
        /// Recorded; the gateway may or may not know.
        New = "new",
        /// The gateway has it.
        Requested = "requested",
        /// Paid back.
        Succeeded = "succeeded",
        /// The gateway refused: people have to look.
        Failed = "failed",
    }

    /// Where a dispute stands: a payer told their bank that they do not want to have paid.
    pub enum DisputeState: "state of a dispute" {
        /// The bank asks; the money is still here.
        Inquiry = "inquiry",
        /// The bank has taken the money back, until it is decided.
        Open = "open",
        /// The money is here.
        Won = "won",
        /// The money is gone.
        Lost = "lost",
    }

    /// Where a subscription stands.
    pub enum SubscriptionState: "state of a subscription" {
        /// In its trial: nothing is charged (R20).
        Trialing = "trialing",
        /// Paid for.
        Active = "active",
        /// The last monthly invoice is due.
        PastDue = "past-due",
        /// Cancelled, expired or replaced.
        Ended = "ended",
    }

    /// Accounts of the ledger. Debits are positive.
    pub enum LedgerAccount: "ledger account" {
        /// What desks owe.
        Receivable = "receivable",
        /// What was earned.
        Revenue = "revenue",
        /// What gateways took.
        Cash = "cash",
        /// What desks have in credit: negative while there is some.
        Credit = "credit",
        /// What was paid back.
        Refunds = "refunds",
        /// Where granted credit comes from.
        Granted = "granted",
    }
}

impl OrderState {
    /// True while nothing else may be ordered for the installation.
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(self, Self::Open | Self::Paid)
    }
}

impl AttemptState {
    /// True when the gateway has nothing more to tell.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Cancelled)
    }
}
