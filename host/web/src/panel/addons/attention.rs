//! `/attention`: what the people who manage add-ons should look at, behind the bell of every page. The bell asks for its
//! number by a request of its own, so that no page waits for it; without script it is a link.

use annex_domain::{permission::Permission, ui::Tone};
use annex_lifecycle::{Attention, Reason};
use askama::Template;
use axum::{Router, extract::State, routing::get};

use super::errors::page_error;
use crate::{
    error::PageResult,
    i18n::Translator,
    session::SignedIn,
    shell::{Section, Shell, page},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/attention", get(show)).route("/attention/count", get(count))
}

/// A line of the list.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) icon: &'static str,
    pub(super) tone: Tone,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) href: String,
    pub(super) action: String,
}

impl Item {
    pub(super) fn of(one: &Attention, t: &Translator) -> Self {
        let word = one.reason.as_str();
        let (icon, tone) = look(one.reason);
        let (number, amount) = match one.invoice {
            Some((number, amount)) => (number.to_string(), t.money(amount)),
            None => Default::default(),
        };
        let name = one.name.as_ref().map_or("", |name| name.get(t.code()));
        let say = |key: String| {
            let said = t.msg(&key).arg("name", name).arg("count", one.count);
            said.arg("number", &number).arg("amount", &amount).to_string()
        };
        Self {
            icon,
            tone,
            title: say(format!("attention-{word}")),
            text: say(format!("attention-{word}-text")),
            href: href(one),
            action: t.get(action(one.reason)),
        }
    }
}

fn look(reason: Reason) -> (&'static str, Tone) {
    match reason {
        Reason::UpdateFailed => ("triangle-alert", Tone::Critical),
        Reason::Suspended => ("hand", Tone::Critical),
        Reason::Blocked => ("shield", Tone::Critical),
        Reason::SetAside => ("circle-dot", Tone::Critical),
        Reason::InstallFailed => ("circle-x", Tone::Critical),
        Reason::UninstallFailed => ("trash-2", Tone::Warning),
        Reason::InvoiceDue => ("credit-card", Tone::Warning),
        Reason::TrialExpired | Reason::TrialEnds => ("clock", Tone::Warning),
        Reason::NeedsSetup => ("wrench", Tone::Warning),
        Reason::UpdateUndone => ("history", Tone::Info),
        Reason::Requested => ("users", Tone::Info),
    }
}

fn href(one: &Attention) -> String {
    match (one.reason, one.installation, &one.invoice) {
        (_, _, Some((number, _))) => format!("/billing/invoices/{number}"),
        (Reason::NeedsSetup, Some(id), _) => format!("/my-addons/{id}/start"),
        (Reason::TrialExpired | Reason::TrialEnds, Some(id), _) => format!("/my-addons/{id}/plans"),
        (_, Some(id), _) => format!("/my-addons/{id}"),
        (_, None, None) => "/addon-requests".to_owned(),
    }
}

fn action(reason: Reason) -> &'static str {
    match reason {
        Reason::InvoiceDue => "attention-pay",
        Reason::TrialExpired | Reason::TrialEnds => "step-choose-plan",
        Reason::NeedsSetup => "attention-set-up",
        Reason::Requested => "attention-answer",
        _ => "attention-open",
    }
}

#[derive(Template)]
#[template(path = "addons/attention.html")]
pub(super) struct AttentionPage {
    pub(super) shell: Shell,
    pub(super) items: Vec<Item>,
}

async fn show(State(state): State<AppState>, who: SignedIn) -> PageResult {
    who.require(Permission::AddonsManage)?;
    let list = state.lifecycle.attention(who.desk.id).await.map_err(page_error)?;
    let items = list.iter().map(|one| Item::of(one, &who.t)).collect();
    page(&AttentionPage { shell: who.shell("attention-title", Section::Attention), items })
}

/// The number at the bell.
#[derive(Template)]
#[template(path = "shell/bell_count.html")]
pub(super) struct CountPart {
    pub(super) t: Translator,
    pub(super) count: usize,
}

async fn count(State(state): State<AppState>, who: SignedIn) -> PageResult {
    who.require(Permission::AddonsManage)?;
    let count = state.lifecycle.attention(who.desk.id).await.map_err(page_error)?.len();
    page(&CountPart { t: who.t.clone(), count })
}

#[cfg(test)]
mod tests {
    use annex_domain::{ids::InstallationId, localized::Localized, money::Currency, money::Money};

    use super::*;
    use crate::i18n::english;

    #[test]
    fn every_reason_has_a_sentence_an_icon_and_a_way() {
        let (t, sprite) = (english(), include_str!("../../../assets/icons.svg"));
        for reason in Reason::ALL {
            let invoice = (reason == Reason::InvoiceDue).then_some((5, Money::new(1_200, Currency::EUR)));
            let asked = reason == Reason::Requested;
            let one = Attention {
                installation: (invoice.is_none() && !asked).then(InstallationId::new),
                addon: None,
                name: Some(Localized::en("Hello")),
                count: 2,
                invoice,
                reason,
            };
            let item = Item::of(&one, &t);
            assert!(sprite.contains(&format!("id=\"{}\"", item.icon)), "{}", item.icon);
            assert!(!item.title.starts_with("attention-") && !item.text.starts_with("attention-"), "{item:?}");
            assert!(!item.action.contains("-") && item.href.starts_with('/'), "{item:?}");
        }
    }
}
