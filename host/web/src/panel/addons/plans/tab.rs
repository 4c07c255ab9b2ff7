//! The tab, as the page of the installation shows it.

use crate::panel::{addons::prices::PlanView, form::FormErrors};

/// See the module.
#[derive(Debug)]
pub(in crate::panel::addons) struct PlansTab {
    /// What can be chosen; none: the add-on is free.
    pub(in crate::panel::addons) plans: Vec<PlanView>,
    /// The plan that there is: name and value.
    pub(in crate::panel::addons) now: Vec<(String, String)>,
    /// Something is being paid, or worked on: nothing can be chosen until that is done.
    pub(in crate::panel::addons) waiting: bool,
    /// What was ordered is not paid, and can be given up alone.
    pub(in crate::panel::addons) can_withdraw: bool,
    /// Where the login leads back to.
    pub(in crate::panel::addons) here: String,
    pub(in crate::panel::addons) errors: FormErrors,
}
