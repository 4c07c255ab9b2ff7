//! Answers requesters outside business hours: each once in 24 hours, whatever they write and in how many tickets. What a machine wrote
//! is never answered, or two of them would go on for ever. Machines are told by address and subject here; channels tell them better, mark
//! what is sent as automatic, and end what gets through.

use std::time::Duration;

use annex_sdk::{
    contacts, kv,
    plugin::Notice,
    prelude::*,
    tickets::{self, Ticket},
};

use crate::config::Rules;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How addresses of machines begin, up to the sign or to a separator.
const MACHINES: [&str; 10] = [
    "mailer-daemon",
    "postmaster",
    "noreply",
    "no-reply",
    "no_reply",
    "donotreply",
    "do-not-reply",
    "bounce",
    "bounces",
    "notifications",
];
/// How their subjects begin.
const SUBJECTS: [&str; 16] = [
    "auto:",
    "autoreply",
    "auto-reply",
    "automatic reply",
    "out of office",
    "out-of-office",
    "delivery status notification",
    "undeliver",
    "returned mail",
    "mail delivery",
    "abwesenheit",
    "automatische antwort",
    "réponse automatique",
    "respuesta automática",
    "رد تلقائي",
    "خارج المكتب",
];

/// Answers what a requester wrote, unless the desk is open.
pub(crate) fn answer(notice: &Notice, ticket: &Ticket, rules: &Rules) -> Result<()> {
    let text = rules.reply.text.trim();
    if !rules.reply.on || text.is_empty() || rules.hours.calendar().is_open(notice.at) {
        return Ok(());
    }
    if is_of_machine(ticket)? {
        log::info!("ticket {}: what a machine wrote is not answered", ticket.number);
        return Ok(());
    }
    let key = format!("replied/{}", ticket.requester);
    // Counted first: of two messages at once, and of an event that comes twice, one is answered.
    if kv::add_for(&key, 1, DAY)? > 1 {
        return Ok(());
    }
    match tickets::add_reply(&ticket.id, text) {
        Ok(_) => log::info!("ticket {} was answered outside business hours", ticket.number),
        Err(tickets::Error::NotFound) => {}
        Err(error) => {
            kv::delete(&key)?;
            return Err(error.into());
        }
    }
    Ok(())
}

fn is_of_machine(ticket: &Ticket) -> Result<bool> {
    let subject = ticket.subject.trim_start().to_lowercase();
    if SUBJECTS.iter().any(|begins| subject.starts_with(begins)) {
        return Ok(true);
    }
    let requester = match contacts::get(&ticket.requester) {
        Ok(requester) => requester,
        Err(contacts::Error::NotFound) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    Ok(requester.emails.iter().any(|email| is_machine(email)))
}

/// `noreply@…`, `no-reply+7@…`, and no `noreplyson@…`.
fn is_machine(email: &str) -> bool {
    let local = email.split('@').next().unwrap_or(email).to_lowercase();
    MACHINES.iter().any(|name| {
        local.strip_prefix(name).is_some_and(|rest| rest.chars().next().is_none_or(|c| !c.is_alphanumeric()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_are_known_by_their_addresses() {
        for address in
            ["MAILER-DAEMON@mx.example", "noreply@shop.example", "no-reply+x7@shop.example", "bounces-1@l.example"]
        {
            assert!(is_machine(address), "{address}");
        }
        for address in ["ada@example.com", "noreplyson@example.com", "bouncer@club.example", ""] {
            assert!(!is_machine(address), "{address}");
        }
    }
}
