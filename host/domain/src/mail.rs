//! The mails that Annex writes: which one, by its word, and what it tells. Facts are written down when something happened;
//! the crate `annex-mail` makes a mail of them later, in the reader's language.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    addon::{AddonId, KeyId, PublisherSlug},
    billing::DisputeState,
    clock::Timestamp,
    installation::Status,
    money::Money,
    publisher::MemberRole,
};

mod parts;

pub use self::parts::{MailAddon, MailInvoice, MailLine, MailNote, MailPlan, MailReview, MailTicket};

crate::words! {
    /// What a mail tells.
    pub enum MailKind: "kind of mail" {
        /// An add-on is installed and runs.
        Installed = "installed",
        /// An add-on could not be installed; what to do.
        InstallFailed = "install-failed",
        /// The publisher of an add-on that it sets up by hand has approved its installation (R18).
        InstallApproved = "install-approved",
        /// A charge failed or waits for the payer: the invoice is to be paid by hand (R10).
        PaymentDue = "payment-due",
        /// Money was taken.
        Receipt = "receipt",
        /// Money was paid back.
        Refunded = "refunded",
        /// The payment company refuses for good to pay back: people have to look at its dashboard.
        RefundFailed = "refund-failed",
        /// A payer disputes a payment with their bank, or that was decided.
        Disputed = "disputed",
        /// More than one month was missed: somebody has to say whether they are charged.
        MissedMonths = "missed-months",
        /// Credit could not be topped up by itself: it is not tried again.
        TopUpDeclined = "top-up-declined",
        /// A new user got nothing by an add-on's rule, because no licence is free.
        NoLicence = "no-licence",
        /// Users lost an add-on, because it has fewer licences than it had.
        UsersUnassigned = "users-unassigned",
        /// A trial ends in some days (R21).
        TrialReminder = "trial-reminder",
        /// A trial has ended; the data is kept.
        TrialEnded = "trial-ended",
        /// An installation is on another plan, or has more or fewer licences.
        PlanChanged = "plan-changed",
        /// A subscription was cancelled.
        Cancelled = "cancelled",
        /// After the days of grace an add-on stopped because its invoice is unpaid.
        Unpaid = "unpaid",
        /// An add-on and its data are gone.
        Uninstalled = "uninstalled",
        /// An add-on was not uninstalled, because its publisher declined or was silent; what to do.
        UninstallFailed = "uninstall-failed",
        /// Somebody asks the platform for help with an update that could not be undone (R33).
        SupportRequested = "support-requested",
        /// An update failed; mostly it was taken back.
        UpdateFailed = "update-failed",
        /// The host switched an add-on off because of its errors (R64), because its package is lost, or because its texts are not
        /// taken any more.
        Suspended = "suspended",
        /// The publisher of an add-on ends it.
        AddonEnds = "addon-ends",
        /// An operation or a job waits for somebody to decide what becomes of it.
        SetAside = "set-aside",
        /// What an operator asked for is installed (R69).
        RequestApproved = "request-approved",
        /// What an operator asked for is not going to be installed.
        RequestDeclined = "request-declined",
        /// Somebody is to work in the desk: the link to choose a password.
        OperatorInvited = "operator-invited",
        /// Somebody forgot their password: the link to choose another.
        PasswordReset = "password-reset",
        /// A ticket came that nobody has.
        TicketNew = "ticket-new",
        /// Somebody gave the reader a ticket.
        TicketAssigned = "ticket-assigned",
        /// The requester of a ticket of the reader's wrote.
        TicketAnswered = "ticket-answered",
        /// A request for an account of a publisher has come.
        PublisherRequested = "publisher-requested",
        /// It was approved; the link to choose a password, where there was no account.
        PublisherApproved = "publisher-approved",
        /// It was refused; why.
        PublisherRefused = "publisher-refused",
        /// Somebody is to belong to a publisher: the link to say yes.
        PublisherInvited = "publisher-invited",
        /// A key may sign packages of a publisher from now on.
        KeyEnrolled = "key-enrolled",
        /// Payouts of a publisher go to another bank account from now on.
        BankChanged = "bank-changed",
        /// A version was approved, in one of its reviews.
        VersionApproved = "version-approved",
        /// A version was rejected, and why.
        VersionRejected = "version-rejected",
        /// For an hour no event has arrived at the service of an add-on.
        EventsFailing = "events-failing",
    }
}

impl MailKind {
    /// It tells a secret that is forgotten once it was sent: sending it again would bring its reader nothing.
    #[must_use]
    pub fn has_secret(self) -> bool {
        matches!(self, Self::OperatorInvited | Self::PasswordReset | Self::PublisherApproved | Self::PublisherInvited)
    }
}

/// Mails that were written before they said where an add-on stands took it to run.
fn active() -> Status {
    Status::Active
}

/// What a mail tells: one variant for each [`MailKind`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum MailFacts {
    /// See [`MailKind::Installed`].
    Installed {
        /// Which add-on.
        addon: MailAddon,
        /// Which version.
        version: String,
        /// On which plan; none for add-ons without plans.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plan: Option<MailPlan>,
        /// When its trial ends, if it is tried.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        trial_ends_at: Option<Timestamp>,
    },
    /// See [`MailKind::InstallFailed`].
    InstallFailed {
        /// Which add-on.
        addon: MailAddon,
        /// Why, as the panel shows it.
        error: String,
        /// What had been paid and is paid back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        refunded: Option<Money>,
    },
    /// See [`MailKind::InstallApproved`].
    InstallApproved {
        /// Which add-on.
        addon: MailAddon,
    },
    /// See [`MailKind::PaymentDue`].
    PaymentDue {
        /// What is to be paid.
        invoice: MailInvoice,
        /// What the bank or the gateway said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// The payer has to confirm at their bank.
        #[serde(default)]
        action: bool,
        /// The last day on which what is unpaid still runs; none when it does not run yet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        runs_until: Option<Date>,
        /// The day on which the card is tried again by itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_try: Option<Date>,
        /// A reminder: what it pays for stops soon.
        #[serde(default)]
        ending: bool,
    },
    /// See [`MailKind::Receipt`].
    Receipt {
        /// What was paid.
        invoice: MailInvoice,
        /// With what, such as `Visa 4242`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        method: Option<String>,
    },
    /// See [`MailKind::Refunded`].
    Refunded {
        /// Of which invoice.
        invoice: i64,
        /// How much goes back to the card.
        amount: Money,
        /// How much goes back to the desk's credit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        credit: Option<Money>,
        /// For which add-on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        addon: Option<MailAddon>,
    },
    /// See [`MailKind::RefundFailed`].
    RefundFailed {
        /// Of which invoice.
        invoice: i64,
        /// How much was not paid back.
        amount: Money,
        /// What the payment company said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// See [`MailKind::Disputed`].
    Disputed {
        /// Of which invoice.
        invoice: i64,
        /// How much is disputed.
        amount: Money,
        /// Where it stands.
        state: DisputeState,
        /// The payment company's word, such as `fraudulent`.
        reason: String,
    },
    /// See [`MailKind::MissedMonths`].
    MissedMonths {
        /// How many.
        months: u32,
        /// What they cost, by currency.
        amounts: Vec<Money>,
        /// Until when an answer is waited for.
        until: Date,
    },
    /// See [`MailKind::TopUpDeclined`].
    TopUpDeclined {
        /// How much was to be taken.
        amount: Money,
        /// What the bank or the payment company said; none without a card.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// See [`MailKind::NoLicence`].
    NoLicence {
        /// Which add-on.
        addon: MailAddon,
        /// Who would have got it.
        user: String,
    },
    /// See [`MailKind::UsersUnassigned`].
    UsersUnassigned {
        /// Which add-on.
        addon: MailAddon,
        /// Who lost it.
        users: Vec<String>,
        /// How many licences it has now.
        licences: u32,
    },
    /// See [`MailKind::TrialReminder`].
    TrialReminder {
        /// Which add-on.
        addon: MailAddon,
        /// Whole days that are really left.
        days_left: u32,
        /// When it ends.
        ends_at: Timestamp,
    },
    /// See [`MailKind::TrialEnded`].
    TrialEnded {
        /// Which add-on.
        addon: MailAddon,
    },
    /// See [`MailKind::PlanChanged`].
    PlanChanged {
        /// Which add-on.
        addon: MailAddon,
        /// The plan that it is on.
        plan: MailPlan,
        /// Licences from the next billing day on, when that differs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        quantity_next: Option<u32>,
    },
    /// See [`MailKind::Cancelled`].
    Cancelled {
        /// Which add-on.
        addon: MailAddon,
    },
    /// See [`MailKind::Unpaid`].
    Unpaid {
        /// Which add-on.
        addon: MailAddon,
        /// What is to be paid.
        invoice: MailInvoice,
    },
    /// See [`MailKind::Uninstalled`].
    Uninstalled {
        /// Which add-on.
        addon: MailAddon,
    },
    /// See [`MailKind::UninstallFailed`].
    UninstallFailed {
        /// Which add-on.
        addon: MailAddon,
        /// Why, as the panel shows it.
        error: String,
    },
    /// See [`MailKind::SupportRequested`].
    SupportRequested {
        /// Which add-on.
        addon: MailAddon,
        /// The version that it has.
        version: String,
        /// Of the update that failed.
        error_id: String,
        /// What stands in the notice.
        error: String,
        /// Who asks: name and address.
        by: String,
        /// What they write.
        text: String,
    },
    /// See [`MailKind::UpdateFailed`].
    UpdateFailed {
        /// Which add-on.
        addon: MailAddon,
        /// The version that it has, as before.
        from: String,
        /// The version that it was to become.
        to: String,
        /// Why, as the panel shows it.
        error: String,
        /// Where it stands with the version that it has.
        #[serde(default = "active")]
        status: Status,
    },
    /// See [`MailKind::Suspended`].
    Suspended {
        /// Which add-on.
        addon: MailAddon,
        /// The version that was stopped.
        version: String,
        /// How often it was stopped within an hour.
        traps: u32,
        /// A newer version that is offered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        update: Option<String>,
        /// To quote to support.
        error_id: String,
        /// Not because of its errors: its package is gone from the host.
        #[serde(default)]
        lost: bool,
        /// Not because of its errors: what is wrong with its texts, and where.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        texts: Option<String>,
    },
    /// See [`MailKind::AddonEnds`].
    AddonEnds {
        /// Which add-on.
        addon: MailAddon,
        /// When it stops.
        ends_at: Timestamp,
    },
    /// See [`MailKind::SetAside`].
    SetAside {
        /// Whose operation it is; none for a job.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        addon: Option<MailAddon>,
        /// What was under way: an operation's or a job's kind, such as `update` or `bill-desk`.
        work: String,
        /// Where it stands on the page where it is decided, such as `job-…`.
        anchor: String,
        /// How often it stopped the host; 0: it failed for good, or this version of the host cannot carry it on.
        deaths: u32,
        /// False for one that can only be tried again.
        can_give_up: bool,
    },
    /// See [`MailKind::RequestApproved`].
    RequestApproved {
        /// Which add-on.
        addon: MailAddon,
        /// Who installed it.
        by: String,
    },
    /// See [`MailKind::RequestDeclined`].
    RequestDeclined {
        /// Which add-on.
        addon: MailAddon,
        /// Who said no.
        by: String,
        /// Their word.
        answer: String,
    },
    /// See [`MailKind::OperatorInvited`]. The link is the mail's secret, and no fact of it.
    OperatorInvited {
        /// Who invited them.
        by: String,
        /// How many days the link works.
        days: u32,
    },
    /// See [`MailKind::PasswordReset`]. The link is the mail's secret.
    PasswordReset,
    /// See [`MailKind::TicketNew`].
    TicketNew {
        /// Which ticket, with its first message.
        ticket: MailTicket,
        /// Who wrote it.
        by: String,
    },
    /// See [`MailKind::TicketAssigned`].
    TicketAssigned {
        /// Which ticket, with its last message.
        ticket: MailTicket,
        /// Who gave it to them; none: the host or an add-on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// See [`MailKind::TicketAnswered`].
    TicketAnswered {
        /// Which ticket, with what was written.
        ticket: MailTicket,
        /// The requester.
        by: String,
    },
    /// See [`MailKind::PublisherRequested`].
    PublisherRequested {
        /// The organisation.
        name: String,
    },
    /// See [`MailKind::PublisherApproved`]. The link is the mail's secret.
    PublisherApproved {
        /// The organisation.
        name: String,
        /// How many days the link works; none for who has an account, and signs in with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        days: Option<u32>,
    },
    /// See [`MailKind::PublisherRefused`].
    PublisherRefused {
        /// The organisation.
        name: String,
        /// Why.
        reason: String,
    },
    /// See [`MailKind::PublisherInvited`]. The link is the mail's secret.
    PublisherInvited {
        /// The organisation.
        name: String,
        /// What they are to become.
        role: MemberRole,
        /// Who invites them.
        by: String,
        /// How many days the link works.
        days: u32,
    },
    /// See [`MailKind::KeyEnrolled`].
    KeyEnrolled {
        /// The organisation.
        name: String,
        /// The key's fingerprint.
        key: KeyId,
        /// Who enrolled it.
        by: String,
    },
    /// See [`MailKind::BankChanged`].
    BankChanged {
        /// The organisation.
        name: String,
        /// What of the account's number may be shown.
        iban: String,
        /// Who changed it.
        by: String,
    },
    /// See [`MailKind::VersionApproved`].
    VersionApproved(MailReview),
    /// See [`MailKind::VersionRejected`].
    VersionRejected(MailReview),
    /// See [`MailKind::EventsFailing`].
    EventsFailing {
        /// Who is told.
        publisher: PublisherSlug,
        /// Of which add-on.
        addon: AddonId,
        /// Since when.
        since: Timestamp,
        /// What came of the last try.
        answer: String,
    },
}

impl MailFacts {
    /// Which mail it is.
    #[must_use]
    pub fn kind(&self) -> MailKind {
        match self {
            Self::Installed { .. } => MailKind::Installed,
            Self::InstallFailed { .. } => MailKind::InstallFailed,
            Self::InstallApproved { .. } => MailKind::InstallApproved,
            Self::PaymentDue { .. } => MailKind::PaymentDue,
            Self::Receipt { .. } => MailKind::Receipt,
            Self::Refunded { .. } => MailKind::Refunded,
            Self::RefundFailed { .. } => MailKind::RefundFailed,
            Self::Disputed { .. } => MailKind::Disputed,
            Self::MissedMonths { .. } => MailKind::MissedMonths,
            Self::TopUpDeclined { .. } => MailKind::TopUpDeclined,
            Self::NoLicence { .. } => MailKind::NoLicence,
            Self::UsersUnassigned { .. } => MailKind::UsersUnassigned,
            Self::TrialReminder { .. } => MailKind::TrialReminder,
            Self::TrialEnded { .. } => MailKind::TrialEnded,
            Self::PlanChanged { .. } => MailKind::PlanChanged,
            Self::Cancelled { .. } => MailKind::Cancelled,
            Self::Unpaid { .. } => MailKind::Unpaid,
            Self::Uninstalled { .. } => MailKind::Uninstalled,
            Self::UninstallFailed { .. } => MailKind::UninstallFailed,
            Self::SupportRequested { .. } => MailKind::SupportRequested,
            Self::UpdateFailed { .. } => MailKind::UpdateFailed,
            Self::Suspended { .. } => MailKind::Suspended,
            Self::AddonEnds { .. } => MailKind::AddonEnds,
            Self::SetAside { .. } => MailKind::SetAside,
            Self::RequestApproved { .. } => MailKind::RequestApproved,
            Self::RequestDeclined { .. } => MailKind::RequestDeclined,
            Self::OperatorInvited { .. } => MailKind::OperatorInvited,
            Self::PasswordReset => MailKind::PasswordReset,
            Self::TicketNew { .. } => MailKind::TicketNew,
            Self::TicketAssigned { .. } => MailKind::TicketAssigned,
            Self::TicketAnswered { .. } => MailKind::TicketAnswered,
            Self::PublisherRequested { .. } => MailKind::PublisherRequested,
            Self::PublisherApproved { .. } => MailKind::PublisherApproved,
            Self::PublisherRefused { .. } => MailKind::PublisherRefused,
            Self::PublisherInvited { .. } => MailKind::PublisherInvited,
            Self::KeyEnrolled { .. } => MailKind::KeyEnrolled,
            Self::BankChanged { .. } => MailKind::BankChanged,
            Self::VersionApproved(_) => MailKind::VersionApproved,
            Self::VersionRejected(_) => MailKind::VersionRejected,
            Self::EventsFailing { .. } => MailKind::EventsFailing,
        }
    }

    /// As JSON, for the store.
    #[must_use]
    pub fn args(&self) -> Value {
        // Only maps with keys that are not strings could fail, and there are none.
        serde_json::to_value(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::localized::Localized;

    #[test]
    fn facts_are_read_as_they_were_written() {
        let addon = MailAddon { id: "acme.tool".parse().unwrap(), name: Localized::en("Tool"), installation: None };
        let facts = MailFacts::TrialReminder { addon, days_left: 7, ends_at: Timestamp(9) };
        let args = facts.args();
        assert_eq!(args.get("kind"), Some(&facts.kind().as_str().into()));
        assert_eq!(serde_json::from_value::<MailFacts>(args).unwrap(), facts);
    }
}
