//! What several mails tell alike: an add-on, its plan, an invoice, a ticket, a review.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    addon::{AddonId, PublisherSlug},
    billing::LineKind,
    ids::{InstallationId, ProjectVersionId},
    localized::Localized,
    money::Money,
    plan::PlanModel,
    review::{Severity, Track},
};

/// The add-on that a mail is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailAddon {
    /// Its id.
    pub id: AddonId,
    /// As listed.
    pub name: Localized,
    /// The installation, for the link to its page. None when it is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installation: Option<InstallationId>,
}

/// The plan that an installation is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailPlan {
    /// As listed.
    pub name: Localized,
    /// How it is paid for.
    pub model: PlanModel,
    /// Licences or seats; 1 where there are none.
    pub quantity: u32,
    /// What each month costs, or what was paid once. None for free plans.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
    /// When it is billed next. None for free and one-time plans, and during a trial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renews_on: Option<Date>,
}

/// An invoice with its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailInvoice {
    /// Counts up within the desk.
    pub number: i64,
    /// Of all lines.
    pub total: Money,
    /// Paid out of the desk's credit: part of the total.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit_used: Option<Money>,
    /// Of the total, what is no longer owed: days that were not used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reduced: Option<Money>,
    /// What it is for.
    #[serde(default)]
    pub lines: Vec<MailLine>,
}

impl MailInvoice {
    /// The total without what is no longer owed.
    #[must_use]
    pub fn owed(&self) -> Money {
        Money { cents: self.total.cents - self.reduced.map_or(0, |reduced| reduced.cents), ..self.total }
    }

    /// What is left to pay after the credit.
    #[must_use]
    pub fn open(&self) -> Money {
        let credit = self.credit_used.map_or(0, |credit| credit.cents);
        Money { cents: self.owed().cents - credit, ..self.total }
    }
}

/// Lines that were written before there were others.
fn charge() -> LineKind {
    LineKind::Charge
}

/// A line of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailLine {
    /// What it is.
    #[serde(default = "charge")]
    pub kind: LineKind,
    /// The add-on and its plan.
    pub description: String,
    /// Licences or seats; 1 where there are none.
    pub quantity: u32,
    /// For all of them.
    pub amount: Money,
    /// First day.
    pub from: Date,
    /// First day that is not paid for; none for one-time plans.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
}

/// The ticket that a mail is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailTicket {
    /// Counts up within the desk.
    pub number: i64,
    /// One line.
    pub subject: String,
    /// The start of a message.
    pub excerpt: String,
}

/// A note of a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailNote {
    /// How much it matters.
    pub severity: Severity,
    /// Where; empty for the version as a whole.
    pub place: String,
    /// What.
    pub body: String,
}

/// How a review of a version ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailReview {
    /// Whose.
    pub publisher: PublisherSlug,
    /// The project.
    pub project: AddonId,
    /// What it is called.
    pub name: Localized,
    /// The version's id, for the link to its page.
    pub id: ProjectVersionId,
    /// Its release.
    pub version: String,
    /// Which review.
    pub track: Track,
    /// What the reviewers wrote, and is not settled.
    pub notes: Vec<MailNote>,
}
