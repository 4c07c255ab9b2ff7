//! How it stands with what add-ons of the marketplace are like (R44): what a package shows by itself, what its publisher confirms, and
//! what is missing. Only the marketplace asks for it: a version that lacks something can still be installed by its link.

use super::{Answer, CheckItem, ListingDraft};
use crate::{
    capability::Access,
    manifest::Manifest,
    plan::{Plan, PlanModel, TRIAL_DAYS},
    settings::FieldError,
};

crate::words! {
    /// How it stands with an item of the checklist.
    pub enum Standing: "standing of an item" {
        /// The package shows it.
        Met = "met",
        /// Its publisher says that it is so, or that it does not matter for this add-on.
        Confirmed = "confirmed",
        /// Neither, or its publisher says that it is not so.
        Missing = "missing",
    }
}

impl CheckItem {
    fn standing(self, manifest: &Manifest, answer: Option<Answer>) -> Standing {
        match answer {
            Some(Answer::No) => Standing::Missing,
            _ if self.is_shown_by(manifest) => Standing::Met,
            Some(answer) if self.is_confirmed_by(answer) => Standing::Confirmed,
            _ => Standing::Missing,
        }
    }

    fn is_shown_by(self, manifest: &Manifest) -> bool {
        let (plans, service) = (&manifest.plans, manifest.service.as_ref());
        match self {
            // The wizard installs with the users who were chosen, unless the publisher does it by hand.
            Self::OneClickInstall => !manifest.is_manual(),
            Self::Trial => {
                let paid: Vec<&Plan> = plans.iter().filter(|plan| plan.model != PlanModel::Free).collect();
                paid.is_empty() || paid.iter().any(|plan| plan.trial_days >= TRIAL_DAYS)
            }
            Self::ApiAccess => {
                let of_desk = |access: Access| !matches!(access, Access::Http | Access::Kv);
                service.is_some_and(|service| !service.scopes.is_empty())
                    || manifest.capabilities.iter().any(|capability| of_desk(capability.access))
            }
            Self::SingleSignOn => {
                service.is_some_and(|service| service.open.is_some() && !service.redirects.is_empty())
            }
            Self::PayAsYouGo => {
                plans.is_empty() || plans.iter().any(|plan| plan.model.is_monthly() || plan.model == PlanModel::Free)
            }
            Self::LifeCycleTried | Self::AccessibilityTried => false,
        }
    }

    /// Whether it counts what the publisher says where the package does not show it: of prices it does not, and whoever calls the API or
    /// signs people in has told the host so.
    fn is_confirmed_by(self, answer: Answer) -> bool {
        match self {
            Self::Trial | Self::PayAsYouGo => false,
            Self::ApiAccess | Self::SingleSignOn => answer == Answer::NotApplicable,
            Self::OneClickInstall | Self::LifeCycleTried | Self::AccessibilityTried => answer != Answer::No,
        }
    }

    /// What has to be done about it where it is missing.
    fn remedy(self) -> &'static str {
        match self {
            Self::Trial => {
                "the marketplace requires this: give a paid plan a trial of 30 days or more, and answer `yes`"
            }
            Self::ApiAccess => {
                "the marketplace requires this: declare a scope of the service, or a capability for tickets or contacts; \
                 or answer `not-applicable`"
            }
            Self::SingleSignOn => {
                "the marketplace requires this: declare `open` and `redirects` of the service, or answer `not-applicable`"
            }
            Self::PayAsYouGo => {
                "the marketplace requires this: offer a plan that is free or billed every month, and answer `yes`"
            }
            Self::OneClickInstall | Self::LifeCycleTried | Self::AccessibilityTried => {
                "the marketplace requires this: answer `yes` once it is so"
            }
        }
    }
}

impl ListingDraft {
    /// How it stands with each item of the checklist, in its order.
    #[must_use]
    pub fn requirements(&self, manifest: &Manifest) -> Vec<(CheckItem, Standing)> {
        let standing = |item: CheckItem| (item, item.standing(manifest, self.checklist.get(&item).copied()));
        CheckItem::ALL.map(standing).to_vec()
    }

    /// What stands against submitting it to the marketplace, of what has been answered.
    #[must_use]
    pub fn lacking(&self, manifest: &Manifest) -> Vec<FieldError> {
        let missing = self.requirements(manifest).into_iter().filter(|(_, standing)| *standing == Standing::Missing);
        let answered = missing.filter(|(item, _)| self.checklist.contains_key(item));
        answered
            .map(|(item, _)| FieldError::new(format!("checklist.{item}"), "requirement-missing", item.remedy()))
            .collect()
    }
}
