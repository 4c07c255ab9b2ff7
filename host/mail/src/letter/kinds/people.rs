//! What concerns the operator who reads it: their account, their tickets.

use annex_domain::mail::MailTicket;
use annex_i18n::Arg;

use crate::letter::{Content, Reader, one_line};

impl Reader<'_> {
    pub(super) fn operator_invited(&self, by: &str, days: u32) -> Content {
        let (t, name, desk) = (self.t, one_line(by), one_line(&self.desk.name));
        let args: [(&str, &dyn Arg); 2] = [("name", &name), ("desk", &desk)];
        Content {
            subject: t.with("mail-operator-invited-subject", &args),
            happened: vec![t.with("mail-operator-invited-happened", &args)],
            next: vec![match self.secret {
                Some(_) => t.with("mail-operator-invited-next", &[("days", &days)]),
                None => t.get("mail-operator-invited-not-kept"),
            }],
            action: self.secret.map(|end| (t.get("mail-action-accept"), self.link(&format!("setup/{end}")))),
            ..Content::default()
        }
    }

    pub(super) fn password_reset(&self) -> Content {
        let t = self.t;
        Content {
            subject: t.get("mail-password-reset-subject"),
            happened: vec![t.with("mail-password-reset-happened", &[("desk", &one_line(&self.desk.name))])],
            next: vec![t.get(match self.secret {
                Some(_) => "mail-password-reset-next",
                None => "mail-operator-invited-not-kept",
            })],
            action: self.secret.map(|end| (t.get("mail-action-reset"), self.link(&format!("reset/{end}")))),
            ..Content::default()
        }
    }

    pub(super) fn ticket(&self, what: &str, ticket: &MailTicket, by: Option<&str>) -> Content {
        let (t, subject) = (self.t, one_line(&ticket.subject));
        let args: [(&str, &dyn Arg); 2] = [("number", &ticket.number.to_string()), ("subject", &subject)];
        Content {
            subject: t.with(&format!("mail-ticket-{what}-subject"), &args),
            happened: vec![match by {
                Some(name) => t.with(&format!("mail-ticket-{what}-happened"), &[("name", &one_line(name))]),
                None => t.get("mail-ticket-assigned-by-itself"),
            }],
            facts: vec![
                (t.get("mail-fact-subject"), subject.clone()),
                (t.get("mail-fact-message"), one_line(&ticket.excerpt)),
            ],
            next: vec![t.get("mail-ticket-switch-off")],
            action: Some((t.get("mail-action-ticket"), self.link(&format!("tickets/{}", ticket.number)))),
            invoice: None,
        }
    }
}
