//! What an operator sees when an add-on cannot answer: one card or one notice, never a broken page. Faults that the
//! add-on tells of map to five screens; what the host noticed itself (a trap, a deadline) comes with an error id.

use annex_domain::{
    ids::InstallationId,
    installation::Status,
    permission::Permission,
    random,
    settings::FieldError,
    ui::{Fault, Tone},
};
use annex_lifecycle::UseError;
use axum::{
    http::{HeaderValue, StatusCode},
    response::Response,
};

use super::{at::At, draw::html_id};
use crate::{error::PageError, i18n::Translator, panel::field_error_text};

/// In the place of a panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Card {
    /// Of the sprite.
    pub(crate) icon: &'static str,
    /// What happened.
    pub(crate) title: String,
    /// What the add-on says about it.
    pub(crate) text: String,
    /// What to do.
    pub(crate) hint: Option<String>,
    /// To quote to support.
    pub(crate) error_id: Option<String>,
    /// The way out: address and text.
    pub(crate) link: Option<(String, String)>,
    /// Trying again may help.
    pub(crate) retry: bool,
}

/// Above a panel that stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Alert {
    pub(crate) tone: Tone,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) error_id: Option<String>,
    pub(crate) link: Option<(String, String)>,
    /// The panel has to be loaded again.
    pub(crate) reload: bool,
    /// Fields to correct.
    pub(crate) fields: Vec<WrongField>,
}

/// A field to correct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WrongField {
    /// Its id in the view.
    pub(crate) id: String,
    /// What is wrong.
    pub(crate) text: String,
}

/// For whom an error is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) t: &'a Translator,
    pub(super) installation: InstallationId,
    /// May open the manage pages.
    pub(super) manages: bool,
}

impl Reader<'_> {
    /// The screen for an error. An installation that does not exist, or not in this desk, is a page error.
    pub(super) fn card(&self, error: UseError) -> Result<Card, PageError> {
        match error {
            UseError::NotFound => Err(PageError::NotFound),
            // No card: whoever does not use an add-on has no panel of it, and nobody is in a desk that is suspended.
            error @ (UseError::NotAUser | UseError::DeskSuspended) => {
                Err(PageError::refused(StatusCode::FORBIDDEN, error.code(), error.to_string()))
            }
            UseError::Store(error) => Err(error.into()),
            UseError::NotPermitted(needed) => Ok(self.not_permitted(needed)),
            UseError::Fault(fault) => Ok(self.fault(fault)),
            UseError::NotRunning(status) => Ok(self.not_running(status)),
            UseError::Blocked => Ok(self.plain("circle-pause", "panel-blocked", "panel-blocked-hint")),
            UseError::StaleState | UseError::NotOffered(_) | UseError::Invalid(_) => {
                Ok(Card { retry: true, ..self.plain("history", "panel-stale", "panel-stale-hint") })
            }
            UseError::Refused => Ok(self.plain("lock", "panel-refused", "panel-refused-hint")),
            UseError::Deadline { error_id, .. } => Ok(self.failed("clock", "panel-deadline", Some(error_id))),
            UseError::Failed { error_id, code: "memory", .. } => Ok(self.failed("bug", "panel-memory", Some(error_id))),
            UseError::Failed { error_id, .. } => Ok(self.failed("bug", "panel-failed", Some(error_id))),
            UseError::Busy => Ok(self.busy()),
            UseError::Unavailable(why) => {
                tracing::warn!(installation = %self.installation, why, "an add-on cannot run now");
                Ok(self.failed("cloud-off", "panel-unavailable", None))
            }
        }
    }

    /// Too many calls of it wait already.
    pub(super) fn busy(&self) -> Card {
        Card { retry: true, ..self.plain("clock", "panel-busy", "panel-busy-hint") }
    }

    /// The notice for an error of an event: what was typed stays.
    pub(super) fn alert(&self, error: UseError) -> Result<Alert, PageError> {
        if let UseError::Invalid(errors) = &error {
            return Ok(self.invalid(errors.iter().map(|error| self.wrong_field(error)).collect()));
        }
        let reload = matches!(error, UseError::StaleState | UseError::NotOffered(_));
        let card = self.card(error)?;
        let text = [card.text, card.hint.unwrap_or_default()].into_iter().filter(|text| !text.is_empty());
        Ok(Alert {
            tone: if reload { Tone::Warning } else { Tone::Critical },
            title: card.title,
            text: text.collect::<Vec<_>>().join("\n"),
            error_id: card.error_id,
            link: card.link,
            reload,
            fields: Vec::new(),
        })
    }

    /// Fields to correct.
    pub(super) fn invalid(&self, fields: Vec<WrongField>) -> Alert {
        Alert {
            tone: Tone::Critical,
            title: self.t.get("form-errors-title"),
            text: String::new(),
            error_id: None,
            link: None,
            reload: false,
            fields,
        }
    }

    fn wrong_field(&self, error: &FieldError) -> WrongField {
        WrongField { id: error.field.clone(), text: field_error_text(self.t, error) }
    }

    fn plain(&self, icon: &'static str, title: &str, hint: &str) -> Card {
        Card {
            icon,
            title: self.t.get(title),
            text: String::new(),
            hint: Some(self.t.get(hint)),
            error_id: None,
            link: None,
            retry: false,
        }
    }

    fn fault(&self, fault: Fault) -> Card {
        match fault {
            Fault::NeedsConfig(text) => Card { text, ..self.for_manager("settings", "panel-needs-config", "settings") },
            Fault::NeedsAuth(text) => Card { text, ..self.for_manager("key-round", "panel-needs-auth", "settings") },
            Fault::Upstream(text) => {
                Card { text, retry: true, ..self.plain("cloud-off", "panel-upstream", "panel-upstream-hint") }
            }
            Fault::Denied(text) => Card { text, ..self.for_manager("shield", "panel-denied", "health") },
            Fault::Internal(text) => {
                let error_id = random::error_id();
                tracing::warn!(%error_id, installation = %self.installation, text, "an add-on reports an internal error");
                Card { error_id: Some(error_id), ..self.for_manager("bug", "panel-internal", "logs") }
            }
        }
    }

    /// The add-on tried what the operator may not do: their roles say so, and only an admin changes that.
    fn not_permitted(&self, needed: Permission) -> Card {
        let key = format!("panel-not-permitted-{}", needed.as_str().replace('.', "-"));
        let text = if self.t.has(&key) { self.t.get(&key) } else { String::new() };
        Card { text, ..self.plain("lock", "panel-not-permitted", "panel-not-permitted-hint") }
    }

    /// A link to a manage page for those who may open it, "ask your admin" for the others.
    fn for_manager(&self, icon: &'static str, title: &str, tab: &str) -> Card {
        let mut card = self.plain(icon, title, "panel-ask-admin");
        if self.manages {
            card.hint = None;
            card.link = Some((self.manage(tab), self.t.get(&format!("panel-open-{tab}"))));
        }
        card
    }

    fn manage(&self, tab: &str) -> String {
        format!("/my-addons/{}?tab={tab}", self.installation)
    }

    fn not_running(&self, status: Status) -> Card {
        let key = match status {
            Status::Installing => "panel-installing",
            Status::Suspended => "panel-suspended",
            _ => "panel-not-running",
        };
        Card { retry: status == Status::Installing, ..self.for_manager("circle-pause", key, "health") }
    }

    fn failed(&self, icon: &'static str, title: &str, error_id: Option<String>) -> Card {
        Card { retry: true, error_id, ..self.for_manager(icon, title, "logs") }
    }
}

/// Tells htmx to put the answer where errors stand, instead of over the panel.
pub(super) fn target_errors(response: &mut Response, at: At, installation: InstallationId) {
    let target = format!("#{}", html_id(at, installation, "errors", ""));
    if let Ok(target) = HeaderValue::from_str(&target) {
        response.headers_mut().insert("hx-retarget", target);
        response.headers_mut().insert("hx-reswap", HeaderValue::from_static("innerHTML swapEmpty:true"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::english;

    fn card(manages: bool, error: UseError) -> Card {
        let t = english();
        Reader { t: &t, installation: InstallationId::new(), manages }.card(error).unwrap()
    }

    #[test]
    fn the_five_faults_are_five_screens() {
        let faults = [Fault::NeedsConfig, Fault::NeedsAuth, Fault::Upstream, Fault::Denied, Fault::Internal];
        let cards: Vec<_> = faults.iter().map(|fault| card(true, UseError::Fault(fault("http".into())))).collect();
        let titles: std::collections::BTreeSet<_> = cards.iter().map(|card| &card.title).collect();
        assert_eq!(titles.len(), 5);
        assert!(cards[3].text.contains("http"), "a refusal names the capability");
        assert!(cards[2].retry && cards[4].error_id.is_some());
        // An internal error's text is for the log, not for agents.
        assert_eq!(cards[4].text, "");
    }

    #[test]
    fn what_the_operator_may_not_do_is_said_in_words() {
        let told = |needed| card(true, UseError::NotPermitted(needed)).text;
        assert_eq!(told(Permission::TicketsManage), "You may view tickets, but not change them.");
        let permissions =
            [Permission::TicketsView, Permission::TicketsReply, Permission::TicketsManage, Permission::ContactsManage];
        let texts: std::collections::BTreeSet<_> = permissions.into_iter().map(told).collect();
        assert_eq!(texts.len(), 4, "{texts:?}");
    }

    #[test]
    fn managers_get_a_link_and_agents_are_told_whom_to_ask() {
        let fault = || UseError::Fault(Fault::NeedsConfig("enter a key".into()));
        let (href, _) = card(true, fault()).link.unwrap();
        assert!(href.starts_with("/my-addons/") && href.ends_with("?tab=settings"));
        let agent = card(false, fault());
        assert_eq!((agent.link, agent.hint), (None, Some(english().get("panel-ask-admin"))));
    }

    #[test]
    fn a_busy_add_on_can_be_tried_again() {
        let busy = card(false, UseError::Busy);
        assert!(busy.retry && busy.hint.is_some() && busy.error_id.is_none());
    }

    #[test]
    fn a_stale_panel_is_reloaded_and_wrong_fields_are_named() {
        let t = english();
        let reader = Reader { t: &t, installation: InstallationId::new(), manages: false };
        assert!(reader.alert(UseError::StaleState).unwrap().reload);
        let wrong = vec![FieldError::new("name", "required", "enter a value")];
        let alert = reader.alert(UseError::Invalid(wrong)).unwrap();
        assert_eq!(alert.fields[0].id, "name");
        assert!(matches!(reader.card(UseError::NotFound), Err(PageError::NotFound)));
        let refused = reader.card(UseError::NotAUser).unwrap_err().describe();
        assert_eq!((refused.status.as_u16(), refused.code), (403, "not-a-user"));
    }
}
