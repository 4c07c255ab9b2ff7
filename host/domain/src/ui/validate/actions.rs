//! Buttons and what they do.

use super::{At, Check, Checker, Limits, Space};
use crate::ui::{Action, Confirm, Intent, Look};

/// Whether a submit button may stand here, and whether one already does.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Submits {
    allowed: bool,
    seen: bool,
}

impl Submits {
    pub(super) fn allowed(allowed: bool) -> Self {
        Self { allowed, seen: false }
    }

    fn take(&mut self, at: &At<'_>) -> Check {
        if !self.allowed {
            return Err(at.breaks("submit stands in the actions of a form, or in the footer of a view with one form"));
        }
        if std::mem::replace(&mut self.seen, true) {
            return Err(at.breaks("a form has one submit button"));
        }
        Ok(())
    }
}

impl<'v> Checker<'v, '_> {
    /// Buttons that stand together: one of them at most is primary.
    pub(super) fn group(&mut self, actions: &'v mut [Action], submits: &mut Submits, at: &At<'_>) -> Check {
        if actions.len() > Limits::ACTIONS {
            return Err(at.breaks("at most 10 actions in a group"));
        }
        if actions.iter().filter(|action| action.look == Look::Primary).count() > 1 {
            return Err(at.breaks("one primary action in a group"));
        }
        for (index, action) in actions.iter_mut().enumerate() {
            self.action(action, submits, &at.index("actions", index))?;
        }
        Ok(())
    }

    /// A button that stands alone, outside of forms.
    pub(super) fn lone_action(&mut self, action: &'v mut Option<Action>, at: &At<'_>) -> Check {
        match action {
            Some(action) => self.action(action, &mut Submits::default(), &at.name("action")),
            None => Ok(()),
        }
    }

    fn action(&mut self, action: &'v mut Action, submits: &mut Submits, at: &At<'_>) -> Check {
        let Action { id, label, intent, args, look: _, icon, disabled_reason, busy_label, confirm } = action;
        self.parts(1, at)?;
        self.unique(Space::Action, id, &at.name("id"))?;
        self.label(label, &at.name("label"))?;
        if let Some(icon) = icon {
            self.verb(icon, &at.name("icon"))?;
        }
        self.optional_line(disabled_reason, &at.name("disabled-reason"))?;
        self.optional_line(busy_label, &at.name("busy-label"))?;
        if let Some(Confirm { title, body, label }) = confirm {
            let at = at.name("confirm");
            self.label(title, &at.name("title"))?;
            self.paragraphs(body, Limits::TEXT_CHARS, &at.name("body"))?;
            self.label(label, &at.name("label"))?;
        }
        self.args(args, &at.name("args"))?;
        self.intent(intent, submits, &at.name("intent"))
    }

    fn intent(&mut self, intent: &'v mut Intent, submits: &mut Submits, at: &At<'_>) -> Check {
        match intent {
            Intent::Submit(verb) => {
                submits.take(at)?;
                self.verb(verb, at)
            }
            Intent::Invoke(verb) | Intent::Push(verb) => self.verb(verb, at),
            Intent::OpenUrl(url) => self.link(url, at),
            Intent::Copy(text) | Intent::InsertReply(text) => self.paragraphs(text, Limits::TEXT_CHARS, at),
            Intent::SetField { field, value } => {
                let field: &'v str = field;
                super::text::well_formed(field, &at.name("field"))?;
                if !self.ids.contains(&(Space::Field, field)) {
                    self.wanted.push((field, at.to_string()));
                }
                self.paragraphs(value, Limits::TEXT_CHARS, &at.name("value"))
            }
            Intent::Pop | Intent::RefreshRecord => Ok(()),
        }
    }
}
