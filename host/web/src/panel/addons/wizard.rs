//! The steps that lead to an add-on on a plan (R15): plan, users, consent. One page each; what was chosen is kept in a
//! draft, so that they can be left and taken up again. Installing walks through them, and so does an installation that
//! changes its plan (R22, R23); [`Flow`] is what the two have in common.

pub(super) mod confirm;
pub(super) mod draft;
pub(super) mod people;
pub(super) mod plan;
pub(super) mod users;

use annex_domain::{
    addon::{AddonId, Kind},
    ids::{InstallationId, OperatorId},
    manifest::Manifest,
    plan::Plan,
};
use annex_lifecycle::Terms;
use annex_store::billing::drafts;

use self::draft::Draft;
use super::{icon_url, words};
use crate::{error::PageError, i18n::Translator, session::SignedIn, state::AppState};

/// A step, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Plan,
    Users,
    Confirm,
}

/// What stands above each step.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) name: String,
    pub(super) publisher: String,
    pub(super) version: String,
    pub(super) kind: Kind,
    pub(super) icon: Option<String>,
    /// Where one leaves to.
    pub(super) back: String,
    /// Where the form of this step goes.
    pub(super) action: String,
    /// The step before.
    pub(super) previous: Option<String>,
    pub(super) steps: Vec<StepLink>,
}

/// A step in the list of steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StepLink {
    pub(super) key: &'static str,
    pub(super) number: usize,
    pub(super) current: bool,
    pub(super) done: bool,
    /// Done steps can be looked at again.
    pub(super) href: Option<String>,
}

/// An add-on on its way to a plan.
#[derive(Debug)]
pub(super) struct Flow {
    pub(super) addon: AddonId,
    /// None: it is being installed.
    pub(super) installation: Option<InstallationId>,
    /// Who keeps it whatever is chosen (R27).
    pub(super) installer: OperatorId,
    pub(super) terms: Terms,
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) publisher: String,
    pub(super) icon: Option<String>,
    /// It is not the newest version: the addresses name it.
    pub(super) older: bool,
    pub(super) draft: Draft,
    /// Of the one click at the end.
    pub(super) key: String,
    /// A trial may begin, or go on: nothing is paid for it now.
    pub(super) may_try: bool,
    /// The draft is stored: something was chosen already.
    pub(super) begun: bool,
}

impl Flow {
    /// With what was chosen before, if that was for the same version or installation.
    pub(super) async fn load(
        state: &AppState,
        who: &SignedIn,
        manifest: &Manifest,
        subject: Subject,
        terms: Terms,
    ) -> Result<Self, PageError> {
        let Subject { addon, installation, installer, has_icon, older } = subject;
        let mut conn = state.db.read().await?;
        let stored = drafts::get(&mut conn, who.desk.id, &addon, who.operator.id).await?;
        let kept = stored.and_then(|stored| Draft::kept(stored, &terms.version, installation));
        let begun = kept.is_some();
        let (draft, key) = match kept {
            Some(kept) => kept,
            None => (
                Draft::new(terms.version.clone(), installation),
                annex_domain::random::token().map_err(PageError::internal)?,
            ),
        };
        let listing = &manifest.listing;
        Ok(Self {
            icon: has_icon.then(|| icon_url(&addon, &terms.version)),
            addon,
            installation,
            installer,
            older,
            kind: manifest.kind,
            name: listing.name.get(who.t.code()).to_owned(),
            publisher: listing.publisher_name.clone(),
            terms,
            draft,
            key,
            may_try: true,
            begun,
        })
    }

    /// Keeps what was chosen.
    pub(super) async fn keep(&self, state: &AppState, who: &SignedIn) -> Result<(), PageError> {
        let chosen = (self.draft.write(), self.key.clone());
        Ok(state.lifecycle.change_draft(who.desk.id, who.operator.id, &self.addon, |_| Some(chosen)).await?)
    }

    /// The add-on is installed, or the plan is chosen: nothing is kept.
    pub(super) async fn forget(&self, state: &AppState, who: &SignedIn) -> Result<(), PageError> {
        forget(state, who, &self.addon).await
    }

    /// The plan that was chosen, as it is offered now; the only one where there is nothing to choose.
    pub(super) fn plan(&self) -> Option<&Plan> {
        match (&self.draft.plan, self.terms.plans.as_slice()) {
            (Some(id), _) => self.terms.plan(id),
            (None, [only]) if !only.is_paid() => Some(only),
            (None, _) => None,
        }
    }

    /// Days of a trial that the chosen plan begins with. Whoever tries or has a plan already buys the next one.
    pub(super) fn trial_days(&self) -> u32 {
        match self.plan() {
            Some(plan) if self.may_try => self.terms.trial_days(plan),
            _ => 0,
        }
    }

    /// The chosen plan is to be paid for now.
    pub(super) fn costs(&self) -> bool {
        self.plan().is_some_and(Plan::is_paid) && self.trial_days() == 0
    }

    /// The steps that this add-on needs.
    pub(super) fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        if self.terms.plans.iter().any(Plan::is_paid) || self.terms.plans.len() > 1 {
            steps.push(Step::Plan);
        }
        if self.kind == Kind::Plugin && (!steps.is_empty() || self.draft.wants_users || self.installation.is_some()) {
            steps.push(Step::Users);
        }
        steps.push(Step::Confirm);
        steps
    }

    /// The first step that is not answered yet.
    pub(super) fn next(&self) -> Step {
        let open = |step: &Step| match step {
            Step::Plan => self.plan().is_none(),
            Step::Users => self.draft.users.is_none() || !self.draft.users_done,
            Step::Confirm => true,
        };
        self.steps().into_iter().find(open).unwrap_or(Step::Confirm)
    }

    /// Where a step is.
    pub(super) fn href(&self, step: Step) -> String {
        let version = if self.older { format!("?version={}", self.terms.version) } else { String::new() };
        match (self.installation, step) {
            (None, Step::Plan) => format!("/addons/{}/install/plan{version}", self.addon),
            (None, Step::Users) => format!("/addons/{}/install/users{version}", self.addon),
            (None, Step::Confirm) => format!("/addons/{}/install{version}", self.addon),
            (Some(id), Step::Plan) => format!("/my-addons/{id}/plans"),
            (Some(id), Step::Users) => format!("/my-addons/{id}/plans/users"),
            (Some(id), Step::Confirm) => format!("/my-addons/{id}/plans/confirm"),
        }
    }

    /// What stands above `current`.
    pub(super) fn frame(&self, current: Step) -> Frame {
        let (steps, next) = (self.steps(), self.next());
        let link = |(index, step): (usize, &Step)| {
            let done = *step < current && *step < next;
            StepLink {
                key: self.step_key(*step),
                number: index + 1,
                current: *step == current,
                done,
                href: done.then(|| self.href(*step)),
            }
        };
        let links = steps.iter().enumerate().map(link).collect::<Vec<_>>();
        let before = steps.iter().rev().find(|step| **step < current);
        Frame {
            name: self.name.clone(),
            publisher: self.publisher.clone(),
            version: self.terms.version.to_string(),
            kind: self.kind,
            icon: self.icon.clone(),
            back: match self.installation {
                None => format!("/addons/{}", self.addon),
                Some(id) => format!("/my-addons/{id}/plans"),
            },
            action: self.href(current),
            previous: before.map(|step| self.href(*step)),
            // A list of one step says nothing.
            steps: if links.len() > 1 { links } else { Vec::new() },
        }
    }

    fn step_key(&self, step: Step) -> &'static str {
        match step {
            Step::Plan => "wizard-step-plan",
            Step::Users => "wizard-step-users",
            Step::Confirm if self.installation.is_none() => "wizard-step-confirm",
            Step::Confirm => "wizard-step-summary",
        }
    }

    /// The title of all its pages.
    pub(super) fn title(&self, t: &Translator) -> String {
        match self.installation {
            None => t.msg("consent-title").arg("name", &self.name).to_string(),
            Some(_) => t.get("plan-confirm-title"),
        }
    }
}

/// Which add-on goes through the steps.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) addon: AddonId,
    pub(super) installation: Option<InstallationId>,
    pub(super) installer: OperatorId,
    pub(super) has_icon: bool,
    /// Not the newest version.
    pub(super) older: bool,
}

/// Drops what was chosen for an add-on.
pub(super) async fn forget(state: &AppState, who: &SignedIn, addon: &AddonId) -> Result<(), PageError> {
    Ok(state.lifecycle.change_draft(who.desk.id, who.operator.id, addon, |_| None).await?)
}
